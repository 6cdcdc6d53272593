package org.kyneta.sqlite;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.sqlite.StoreStatistics.StreamSize;

/** Counts what a store holds, on one snapshot. */
final class StatisticsReader {

  private static final int PROGRESS_STEP = 100;

  private final SqliteAdapter adapter;
  private final Schema schema;
  private final long logBytes;
  private final int largest;
  private final Progress progress;
  private final PriorityQueue<StreamSize> top =
      new PriorityQueue<>(Comparator.comparingLong(StreamSize::bytes));
  private long documents;
  private long records;
  private long payloadBytes;
  private long blobBytes;
  private long unverifiedRecords;

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
      documents = number("SELECT count(*) FROM " + meta);
      long unverifiedMetadata =
          schema.metaChecked()
              ? number("SELECT count(*) FROM " + meta + " WHERE crc32c IS NULL")
              : documents;
      countStreams();
      List<StreamSize> sorted =
          top.stream().sorted(Comparator.comparingLong(StreamSize::bytes).reversed()).toList();
      return new StoreStatistics(
          schema.codec().format(),
          schema.codec().tables(),
          documents,
          records,
          payloadBytes,
          blobBytes,
          unverifiedRecords,
          unverifiedMetadata,
          sorted,
          DatabaseFile.query(adapter, "SELECT sqlite_version()"),
          DatabaseFile.query(adapter, "PRAGMA journal_mode"),
          number("PRAGMA page_count") * number("PRAGMA page_size"),
          logBytes);
    } finally {
      adapter.exec("ROLLBACK", Binding.NONE);
    }
  }

  private long number(String sql) {
    return Long.parseLong(DatabaseFile.query(adapter, sql));
  }

  private void countStreams() {
    String sql =
        """
        SELECT doc_id, count(*), coalesce(sum(length(CAST(payload AS BLOB))), 0),
          coalesce(sum(length(blob)), 0), %s
        FROM %s GROUP BY doc_id ORDER BY doc_id\
        """
            .formatted(
                schema.recordsChecked() ? "count(*) - count(crc32c)" : "count(*)",
                TableNames.quote(schema.codec().tables().recordsName()));
    long streams = 0;
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        add(rows);
        if (++streams % PROGRESS_STEP == 0) {
          progress.at(streams, documents);
        }
      }
    }
  }

  private void add(Rows rows) {
    long bytes = rows.integer(3) + rows.integer(4);
    records += rows.integer(2);
    payloadBytes += rows.integer(3);
    blobBytes += rows.integer(4);
    unverifiedRecords += rows.integer(5);
    StreamSize smallest = top.peek();
    if (top.size() < largest || (smallest != null && bytes > smallest.bytes())) {
      top.add(new StreamSize(String.valueOf(rows.text(1)), rows.integer(2), bytes));
      if (top.size() > largest) {
        top.poll();
      }
    }
  }
}
