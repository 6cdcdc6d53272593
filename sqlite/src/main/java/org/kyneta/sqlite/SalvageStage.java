package org.kyneta.sqlite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.SalvageRows.MetaRow;
import org.kyneta.sqlite.SalvageRows.RecordRow;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/** The rows that were found, sorted, in a database of our own. */
final class SalvageStage implements AutoCloseable {

  private final SqliteAdapter adapter;

  SalvageStage(SqliteAdapter adapter) {
    this.adapter = adapter;
    DatabaseFile.query(adapter, "PRAGMA journal_mode = OFF");
    adapter.exec("PRAGMA synchronous = OFF", Binding.NONE);
    adapter.exec(
        "CREATE TABLE records (doc_id BLOB, seq INTEGER, kind TEXT, payload BLOB, blob BLOB,"
            + " crc INTEGER, clash INTEGER, PRIMARY KEY (doc_id, seq)) WITHOUT ROWID",
        Binding.NONE);
    adapter.exec("CREATE TABLE docs (doc_id BLOB PRIMARY KEY) WITHOUT ROWID", Binding.NONE);
    adapter.exec("BEGIN", Binding.NONE);
  }

  /** Adds a record; the first of a number stays, and is marked if a loose one is another. */
  void add(RecordRow row, boolean loose) {
    long added =
        adapter.exec(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
            p -> {
              bindKey(p, row.key());
              p.text(3, row.kind());
              p.blob(4, row.payload());
              p.blob(5, row.blob());
              Long checksum = row.checksum();
              if (checksum == null) {
                p.blob(6, null);
              } else {
                p.integer(6, checksum);
              }
            });
    if (added == 0 && loose) {
      adapter.exec(
          "UPDATE records SET clash = 1 WHERE doc_id = ? AND seq = ? AND (kind <> ? OR payload"
              + " <> ? OR blob IS NOT ?)",
          p -> {
            bindKey(p, row.key());
            p.text(3, row.kind());
            p.blob(4, row.payload());
            p.blob(5, row.blob());
          });
    }
  }

  /** Notes that a document is in the metadata index. */
  void add(MetaRow row) {
    adapter.exec(
        "INSERT INTO docs VALUES (?) ON CONFLICT DO NOTHING", p -> p.blob(1, row.key().docId()));
  }

  private static void bindKey(SqliteAdapter.Parameters p, RowKey key) {
    p.blob(1, key.docId());
    p.integer(2, key.seq());
  }

  /** Where the documents go, in the order of their ids. */
  interface Documents {

    void begin(byte[] docId);

    /** Takes a record. */
    void add(
        long seq,
        String kind,
        byte[] payload,
        byte @Nullable [] blob,
        boolean checked,
        boolean clash);

    void end();
  }

  /** Hands over all documents, those of which there are no records among them. */
  void forEach(Documents documents) {
    adapter.exec("COMMIT", Binding.NONE);
    try (Rows rows =
        adapter.iterate(
            "SELECT doc_id, seq, kind, payload, blob, crc, clash FROM records UNION ALL SELECT"
                + " doc_id, NULL, NULL, NULL, NULL, NULL, NULL FROM docs WHERE doc_id NOT IN"
                + " (SELECT doc_id FROM records) ORDER BY 1, 2",
            Binding.NONE)) {
      byte[] current = null;
      while (rows.next()) {
        byte[] id = bytes(rows, 1);
        if (current == null || !Arrays.equals(current, id)) {
          if (current != null) {
            documents.end();
          }
          documents.begin(id);
          current = id;
        }
        if (!rows.isNull(2)) {
          documents.add(
              rows.integer(2),
              String.valueOf(rows.text(3)),
              bytes(rows, 4),
              rows.bytes(5),
              !rows.isNull(6),
              rows.integer(7) != 0);
        }
      }
      if (current != null) {
        documents.end();
      }
    }
  }

  private static byte[] bytes(Rows rows, int column) {
    byte[] bytes = rows.bytes(column);
    return bytes == null ? new byte[0] : bytes;
  }

  @Override
  public void close() {
    adapter.close();
  }
}
