package org.kyneta.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.kyneta.sql.Row;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteConnectionConfig;

/**
 * The store's statements as prepared statements of sqlite-jdbc, with nothing around them: no record
 * is made and no checksum computed. For one thread.
 */
final class RawJdbc implements Subject {

  private final Connection connection;
  private final PreparedStatement begin;
  private final PreparedStatement lastSeq;
  private final PreparedStatement insert;
  private final PreparedStatement commit;
  private final PreparedStatement load;

  private RawJdbc(Connection connection) throws SQLException {
    this.connection = connection;
    this.begin = connection.prepareStatement(RawSql.BEGIN);
    this.lastSeq = connection.prepareStatement(RawSql.LAST_SEQ);
    this.insert = connection.prepareStatement(RawSql.INSERT);
    this.commit = connection.prepareStatement(RawSql.COMMIT);
    this.load = connection.prepareStatement(RawSql.LOAD);
  }

  static RawJdbc open(Path file, String sync) {
    try {
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (Statement statement = connection.createStatement()) {
        for (String sql : RawSql.settings(sync)) {
          statement.execute(sql);
        }
      }
      // What the store switches off as well: a query after every INSERT, and transactions of the
      // driver's own around every statement.
      SQLiteConnectionConfig config =
          connection.unwrap(SQLiteConnection.class).getConnectionConfig();
      config.setGetGeneratedKeys(false);
      config.setAutoCommit(false);
      return new RawJdbc(connection);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void append(String docId, Update update) {
    try {
      begin.executeUpdate();
      long seq = lastSeqOf(docId) + 1;
      insert.setString(1, docId);
      insert.setLong(2, seq);
      insert.setString(3, Row.ENTRY);
      insert.setString(4, update.payload());
      insert.setBytes(5, update.data());
      insert.setLong(6, seq);
      insert.executeUpdate();
      commit.executeUpdate();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private long lastSeqOf(String docId) throws SQLException {
    lastSeq.setString(1, docId);
    try (ResultSet rows = lastSeq.executeQuery()) {
      if (!rows.next()) {
        throw RawSql.noMetadata(docId);
      }
      return rows.getLong(1);
    }
  }

  @Override
  public Work load(String docId) {
    long records = 0;
    long bytes = 0;
    try {
      load.setString(1, docId);
      try (ResultSet rows = load.executeQuery()) {
        while (rows.next()) {
          rows.getLong(1);
          rows.getString(2);
          rows.getBytes(3);
          byte[] blob = rows.getBytes(4);
          rows.getLong(5);
          records++;
          bytes += blob == null ? 0 : blob.length;
        }
      }
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
        begin;
        lastSeq;
        insert;
        commit) {
      load.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }
}
