package org.kyneta.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.WritePlan;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreException;

/**
 * An append of one entry to a stream of which it is not known where it ends, in one statement: the
 * server looks that up and inserts what follows.
 *
 * <p>It looks in the snapshot that the statement begins with, which may be out of date by the time
 * at which the document is locked. A stream that has been put in the place of the one in the
 * snapshot has another {@code xmin} in the row that was locked, and then nothing is done; one that
 * has grown has the next number in its primary key, and then that is violated.
 */
final class NextAppend {

  private final Schema schema;
  private final RowCodec codec;
  private final Limits limits;

  NextAppend(Schema schema, Limits limits) {
    this.schema = schema;
    this.codec = schema.codec();
    this.limits = limits;
  }

  /** Returns whether appends are one of one entry. */
  static boolean isFor(List<Append> appends) {
    return appends.size() == 1 && appends.getFirst().records().size() == 1;
  }

  /**
   * Runs it.
   *
   * @param statement made of {@link Statements#appendNext}
   * @return where it has left the stream, or null if it did nothing
   * @throws StoreException if the record is refused
   */
  @Nullable Tail run(PreparedStatement statement, Append append) throws SQLException {
    String docId = append.docId();
    Row row =
        WritePlan.appendEntries(codec, limits, docId, -1, Documents.MAX_SEQ)
            .next(append.records().getFirst());
    int parameter = 1;
    statement.setString(parameter++, docId);
    statement.setString(parameter++, docId);
    statement.setString(parameter++, row.kind());
    statement.setString(parameter++, row.payload());
    statement.setBytes(parameter++, row.blob());
    if (schema.checked()) {
      bindChecksum(statement, parameter, docId, row);
    }
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? new Tail(rows.getLong(1), String.valueOf(rows.getString(2))) : null;
    }
  }

  private static void bindChecksum(PreparedStatement statement, int first, String docId, Row row)
      throws SQLException {
    byte[] payload = row.payload().getBytes(StandardCharsets.UTF_8);
    long[] changes = new Checksum(docId).changesBySeq(row.kind(), payload, row.blob());
    Connection connection = statement.getConnection();
    statement.setLong(first, row.checksum());
    statement.setArray(
        first + 1,
        connection.createArrayOf("int8", LongStream.of(changes).boxed().toArray(Long[]::new)));
  }
}
