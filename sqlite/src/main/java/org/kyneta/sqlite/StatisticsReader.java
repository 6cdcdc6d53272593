package org.kyneta.sqlite;

import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StreamTally;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/** Counts what a store holds, on one snapshot. */
final class StatisticsReader {

  private final SqliteAdapter adapter;
  private final Schema schema;
  private final long logBytes;
  private final int largest;
  private final Progress progress;

  StatisticsReader(
      SqliteAdapter adapter, Schema schema, long logBytes, int largest, Progress progress) {
    this.adapter = adapter;
    this.schema = schema;
    this.logBytes = logBytes;
    this.largest = largest;
    this.progress = progress;
  }

  StoreStatistics run() {
    String meta = TableNames.quote(schema.codec().tables().metaIn(schema.codec().format()));
    adapter.exec("BEGIN", Binding.NONE);
    try {
      long documents = number("SELECT count(*) FROM " + meta);
      long unverifiedMetadata =
          schema.metaChecked()
              ? number("SELECT count(*) FROM " + meta + " WHERE crc32c IS NULL")
              : documents;
      StreamTally tally = new StreamTally(largest, documents, progress);
      countStreams(tally);
      return tally.statistics(
          schema.codec(),
          unverifiedMetadata,
          new StoreStatistics.Engine(
              "SQLite",
              DatabaseFile.query(adapter, "SELECT sqlite_version()"),
              DatabaseFile.query(adapter, "PRAGMA journal_mode")),
          number("PRAGMA page_count") * number("PRAGMA page_size"),
          logBytes);
    } finally {
      adapter.exec("ROLLBACK", Binding.NONE);
    }
  }

  private long number(String sql) {
    return Long.parseLong(DatabaseFile.query(adapter, sql));
  }

  private void countStreams(StreamTally tally) {
    String sql =
        """
        SELECT doc_id, count(*), coalesce(sum(length(CAST(payload AS BLOB))), 0),
          coalesce(sum(length(blob)), 0), %s
        FROM %s GROUP BY doc_id ORDER BY doc_id\
        """
            .formatted(
                schema.recordsChecked() ? "count(*) - count(crc32c)" : "count(*)",
                TableNames.quote(schema.codec().tables().recordsName()));
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        tally.add(
            String.valueOf(rows.text(1)),
            rows.integer(2),
            rows.integer(3),
            rows.integer(4),
            rows.integer(5));
      }
    }
  }
}
