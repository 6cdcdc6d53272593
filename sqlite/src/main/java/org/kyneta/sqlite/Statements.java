package org.kyneta.sqlite;

import org.kyneta.sql.MetaRow;
import org.kyneta.sql.Row;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteAdapter.Binding;

/**
 * The statements of one store. Tables without our checksum column are read with NULL in its place,
 * and written without it.
 */
final class Statements {

  /** The last sequence number, -1 without records: one row if there is metadata, else none. */
  final String tail;

  /** Metadata and its checksum or NULLs, and the last sequence number or NULL: always one row. */
  final String metaAndTail;

  final String meta;
  final String load;
  final String loadFrom;
  final String list;
  final String listFrom;
  final String listRange;

  private final String insertRecord;
  private final String upsertMeta;
  private final String deleteRecords;
  private final String deleteMeta;
  private final boolean recordsChecked;
  private final boolean metaChecked;

  Statements(String metaTable, String recordsTable, boolean metaChecked, boolean recordsChecked) {
    this.metaChecked = metaChecked;
    this.recordsChecked = recordsChecked;
    String meta = TableNames.quote(metaTable);
    String records = TableNames.quote(recordsTable);
    String metaSum = metaChecked ? "crc32c" : "NULL";
    String recordSum = recordsChecked ? "crc32c" : "NULL";
    String last = "(SELECT max(seq) FROM " + records + " WHERE doc_id = ?1)";
    this.tail = "SELECT ifnull(" + last + ", -1) AS seq FROM " + meta + " WHERE doc_id = ?1";
    this.metaAndTail =
        "SELECT m.data, %s, t.seq FROM (SELECT %s AS seq) t LEFT JOIN %s m ON m.doc_id = ?1"
            .formatted(metaChecked ? "m.crc32c" : "NULL", last, meta);
    this.meta = "SELECT data, " + metaSum + " FROM " + meta + " WHERE doc_id = ?";
    String columns = "SELECT seq, kind, payload, blob, " + recordSum + " FROM " + records;
    this.load = columns + " WHERE doc_id = ? ORDER BY seq";
    this.loadFrom = columns + " WHERE doc_id = ? AND seq >= ? ORDER BY seq";
    String ids = "SELECT doc_id FROM " + meta;
    this.list = ids + " ORDER BY doc_id";
    this.listFrom = ids + " WHERE doc_id >= ? ORDER BY doc_id";
    this.listRange = ids + " WHERE doc_id >= ? AND doc_id < ? ORDER BY doc_id";
    this.insertRecord =
        "INSERT INTO "
            + records
            + (recordsChecked
                ? " (doc_id, seq, kind, payload, blob, crc32c) VALUES (?, ?, ?, ?, ?, ?)"
                : " (doc_id, seq, kind, payload, blob) VALUES (?, ?, ?, ?, ?)");
    // Without the column the whole row is put anew: should it have come meanwhile, a checksum of
    // what was there before must not stay beside what is written now.
    this.upsertMeta =
        metaChecked
            ? "INSERT INTO "
                + meta
                + " (doc_id, data, crc32c) VALUES (?, ?, ?) ON CONFLICT (doc_id)"
                + " DO UPDATE SET data = excluded.data, crc32c = excluded.crc32c"
            : "INSERT OR REPLACE INTO " + meta + " (doc_id, data) VALUES (?, ?)";
    this.deleteRecords = "DELETE FROM " + records + " WHERE doc_id = ?";
    this.deleteMeta = "DELETE FROM " + meta + " WHERE doc_id = ?";
  }

  void insert(SqliteAdapter adapter, String docId, Row row) {
    adapter.exec(
        insertRecord,
        p -> {
          p.text(1, docId);
          p.integer(2, row.seq());
          p.text(3, row.kind());
          p.text(4, row.payload());
          p.blob(5, row.blob());
          if (recordsChecked) {
            p.integer(6, row.checksum());
          }
        });
  }

  void upsert(SqliteAdapter adapter, String docId, MetaRow row) {
    adapter.exec(
        upsertMeta,
        p -> {
          p.text(1, docId);
          p.text(2, row.data());
          if (metaChecked) {
            p.integer(3, row.checksum());
          }
        });
  }

  void deleteRecords(SqliteAdapter adapter, String docId) {
    adapter.exec(deleteRecords, id(docId));
  }

  void deleteMeta(SqliteAdapter adapter, String docId) {
    adapter.exec(deleteMeta, id(docId));
  }

  static Binding id(String docId) {
    return p -> p.text(1, docId);
  }
}
