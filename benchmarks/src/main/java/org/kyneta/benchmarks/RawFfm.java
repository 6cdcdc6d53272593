package org.kyneta.benchmarks;

import java.nio.file.Path;
import org.kyneta.sql.Row;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.sqlite.SqliteBinding;

/**
 * The store's statements by way of a binding's adapter, with nothing around them: no record is made
 * and no checksum computed. For one thread.
 */
record RawFfm(SqliteAdapter adapter) implements Subject {

  static RawFfm open(SqliteBinding binding, Path file, String sync) {
    SqliteAdapter adapter = binding.open(file.toString(), file.toString());
    RawSql.settings(sync).forEach(sql -> adapter.exec(sql, Binding.NONE));
    return new RawFfm(adapter);
  }

  @Override
  public void append(String docId, Update update) {
    adapter.exec(RawSql.BEGIN, Binding.NONE);
    long seq = lastSeq(docId) + 1;
    adapter.exec(
        RawSql.INSERT,
        p -> {
          p.text(1, docId);
          p.integer(2, seq);
          p.text(3, Row.ENTRY);
          p.text(4, update.payload());
          p.blob(5, update.data());
          p.integer(6, seq);
        });
    adapter.exec(RawSql.COMMIT, Binding.NONE);
  }

  private long lastSeq(String docId) {
    try (Rows rows = adapter.iterate(RawSql.LAST_SEQ, p -> p.text(1, docId))) {
      if (!rows.next()) {
        throw RawSql.noMetadata(docId);
      }
      return rows.integer(1);
    }
  }

  @Override
  public Work load(String docId) {
    long records = 0;
    long bytes = 0;
    try (Rows rows = adapter.iterate(RawSql.LOAD, p -> p.text(1, docId))) {
      while (rows.next()) {
        rows.integer(1);
        rows.text(2);
        rows.bytes(3);
        byte[] blob = rows.bytes(4);
        rows.integer(5);
        records++;
        bytes += blob == null ? 0 : blob.length;
      }
    }
    return new Work(records, bytes);
  }

  @Override
  public void close() {
    adapter.close();
  }
}
