package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreCheck;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.StorageException;

/**
 * Goes through a whole store and says what is wrong in it.
 *
 * <p>One statement gives all rows of both tables in the order of ids, a document's row of the
 * metadata index behind its records: so neither can be without the other unnoticed, and nothing
 * need be looked up while the rows come.
 */
final class Verifier {

  private final CopyFeed.Owner owner;
  private final Schema schema;
  private final String metaTable;
  private final String recordsTable;
  private final StoreCheck check;

  Verifier(CopyFeed.Owner owner, Schema schema, Consumer<Finding> findings, Progress progress) {
    this.owner = owner;
    this.schema = schema;
    this.metaTable = schema.codec().tables().metaIn(schema.codec().format());
    this.recordsTable = schema.codec().tables().recordsName();
    this.check = new StoreCheck(schema.codec(), findings, progress);
  }

  /** A row of either table. */
  private record CheckedRow(
      boolean isRecord,
      byte[] docId,
      long seq,
      @Nullable String kind,
      byte @Nullable [] payload,
      byte @Nullable [] blob,
      @Nullable Long checksum) {}

  private static final RowShape<CheckedRow> ROWS =
      new RowShape<>() {
        @Override
        public CheckedRow take(CopyRows rows) {
          byte[] id = rows.bytes(2);
          return new CheckedRow(
              rows.integer(1, 0) == 1,
              id == null ? new byte[0] : id,
              rows.integer(3, -1),
              rows.kind(4),
              rows.bytes(5),
              rows.bytes(6),
              rows.isNull(7) ? null : rows.integer(7, 0));
        }

        @Override
        public int size(CheckedRow row) {
          return 96 + row.docId.length + length(row.payload) + length(row.blob);
        }

        private static int length(byte @Nullable [] bytes) {
          return bytes == null ? 0 : bytes.length;
        }
      };

  /**
   * Runs it.
   *
   * @param connection a connection within a transaction that has one snapshot
   */
  VerificationReport run(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT count(*) FROM " + TableNames.quote(recordsTable))) {
      rows.next();
      check.expectRecords(rows.getLong(1));
    } catch (SQLException e) {
      requireDamage(e, e);
      return check.report();
    }
    try {
      checkRows(new CopyFeed<>(owner, connection, sql(), ROWS));
    } catch (StorageException e) {
      requireDamage(e, e.getCause());
    }
    for (String note : schema.notes()) {
      check.report(Severity.NOTE, "database", null, null, note);
    }
    return check.report();
  }

  private String sql() {
    String order = schema.checkOrder();
    return """
    COPY (
      SELECT 1, %s AS doc_id, seq, kind, payload, blob, %s FROM %s
      UNION ALL SELECT 0, %s AS doc_id, NULL, NULL, data::text, NULL, NULL FROM %s
      ORDER BY 2, 3 NULLS LAST
    ) TO STDOUT (FORMAT binary)\
    """
        .formatted(
            order,
            schema.checked() ? "crc32c" : "NULL::bigint",
            TableNames.quote(recordsTable),
            order,
            TableNames.quote(metaTable));
  }

  /** Takes what cannot be read as a finding, and throws whatever else there is. */
  private <E extends Exception> void requireDamage(E failure, @Nullable Throwable cause) throws E {
    if (cause instanceof SQLException e && Failures.isDamage(e)) {
      check.report(
          Severity.ERROR, "database", null, null, "reading stopped here: " + e.getMessage());
    } else {
      throw failure;
    }
  }

  private void checkRows(CopyFeed<CheckedRow> feed) {
    try {
      StoreCheck.Stream stream = null;
      for (List<CheckedRow> batch = feed.nextBatch(); !batch.isEmpty(); batch = feed.nextBatch()) {
        for (CheckedRow row : batch) {
          if (stream != null && !stream.isOf(row.docId)) {
            stream.finishWithoutIndex();
            stream = null;
          }
          if (row.isRecord) {
            stream = stream == null ? check.stream(row.docId) : stream;
            stream.add(row.seq, row.kind, row.payload, row.blob, row.checksum);
          } else if (stream == null) {
            check.indexAlone(row.docId, row.payload, null);
          } else {
            stream.finish(row.payload, null);
            stream = null;
          }
        }
      }
      if (stream != null) {
        stream.finishWithoutIndex();
      }
    } finally {
      feed.close();
    }
  }
}
