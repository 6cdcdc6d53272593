package org.kyneta.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.kyneta.sql.Row;

/**
 * Prepared statements of the driver with nothing around them: an INSERT that commits itself, and a
 * SELECT by a cursor. Nothing is looked up, locked or checked. For one thread.
 */
final class RawPostgres implements Subject {

  private static final int FETCH_ROWS = 1_000;

  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement load;
  private final Map<String, Integer> seqs = new HashMap<>();

  private RawPostgres(Connection connection) throws SQLException {
    this.connection = connection;
    this.insert =
        connection.prepareStatement(
            "INSERT INTO kyneta_records (doc_id, seq, kind, payload, blob, crc32c)"
                + " VALUES (?, ?, ?, ?, ?, ?)");
    this.load =
        connection.prepareStatement(
            "SELECT seq, kind, payload, blob, crc32c FROM kyneta_records WHERE doc_id = ?"
                + " ORDER BY seq");
    load.setFetchSize(FETCH_ROWS);
  }

  static RawPostgres open(String place, Command command) {
    try {
      return new RawPostgres(PostgresAccess.connect(place, command));
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void append(String docId, Update update) {
    int seq = seqs.merge(docId, 1, Integer::sum);
    try {
      insert.setString(1, docId);
      insert.setInt(2, seq);
      insert.setString(3, Row.ENTRY);
      insert.setString(4, update.payload());
      insert.setBytes(5, update.data());
      insert.setLong(6, seq);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public Work load(String docId) {
    long records = 0;
    long bytes = 0;
    try {
      connection.setAutoCommit(false);
      load.setString(1, docId);
      try (ResultSet rows = load.executeQuery()) {
        while (rows.next()) {
          rows.getInt(1);
          rows.getString(2);
          rows.getString(3);
          byte[] blob = rows.getBytes(4);
          rows.getLong(5);
          records++;
          bytes += blob == null ? 0 : blob.length;
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw failure(e);
    }
    return new Work(records, bytes);
  }

  private static IllegalStateException failure(SQLException e) {
    return new IllegalStateException(e.getMessage(), e);
  }

  @Override
  public void close() {
    try (connection;
        insert) {
      load.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }
}
