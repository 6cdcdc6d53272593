package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreCheck;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/** Goes through a whole store, on one snapshot, and says what is wrong in it. */
final class Verifier {

  /** What is read of a record: given the checksum, its columns, and their types if not right. */
  static final String COLUMNS =
      """
      doc_id, seq, kind, payload, blob, %s,
        CASE WHEN typeof(doc_id) = 'text' AND typeof(seq) = 'integer' AND typeof(kind) = 'text'
            AND typeof(payload) = 'text' AND typeof(blob) IN ('blob', 'null')
          THEN NULL
          ELSE typeof(doc_id) || ', ' || typeof(seq) || ', ' || typeof(kind) || ', '
            || typeof(payload) || ', ' || typeof(blob)
        END\
      """;

  private final SqliteAdapter adapter;
  private final Schema schema;
  private final String database;
  private final String metaTable;
  private final String recordsTable;
  private final StoreCheck check;

  Verifier(SqliteAdapter adapter, Schema schema, Consumer<Finding> findings, Progress progress) {
    this(adapter, "main", schema, findings, progress);
  }

  /** Looks at one of several databases of a connection, which calls it by a name. */
  Verifier(
      SqliteAdapter adapter,
      String database,
      Schema schema,
      Consumer<Finding> findings,
      Progress progress) {
    this.adapter = adapter;
    this.database = database;
    this.schema = schema;
    this.metaTable = schema.codec().tables().metaIn(schema.codec().format());
    this.recordsTable = schema.codec().tables().recordsName();
    this.check = new StoreCheck(schema.codec(), findings, progress);
  }

  VerificationReport run() {
    adapter.snapshot(this::check);
    return check.report();
  }

  private void check() {
    guarded("database", this::checkDatabase);
    guarded(recordsTable, this::checkRecords);
    guarded(metaTable, this::checkMetaWithoutRecords);
    guarded(metaTable, this::checkMetaTypes);
  }

  /** Where a file is so damaged that reading it fails, the rest is looked at all the same. */
  private void guarded(String table, Runnable part) {
    try {
      part.run();
    } catch (SqliteException e) {
      error(table, null, "reading stopped here: " + e.getMessage());
    }
  }

  private void checkDatabase() {
    try (Rows rows = adapter.iterate("PRAGMA " + database + ".integrity_check", Binding.NONE)) {
      while (rows.next()) {
        String line = String.valueOf(rows.text(1));
        if (!line.equals("ok")) {
          error("database", null, "SQLite's integrity check: " + line);
        }
      }
    }
  }

  private void checkRecords() {
    String quoted = quoted(recordsTable);
    check.expectRecords(Long.parseLong(query("SELECT count(*) FROM " + quoted)));
    String sql =
        "SELECT %s FROM %s ORDER BY doc_id, seq"
            .formatted(
                COLUMNS.formatted(schema.recordsChecked() ? Schema.CHECKSUM : "NULL"), quoted);
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      StoreCheck.Stream stream = null;
      byte[] current = {};
      while (rows.next()) {
        byte[] docId = id(rows);
        if (stream == null || !stream.isOf(docId)) {
          finish(stream, current);
          stream = check.stream(docId);
          current = docId;
        }
        add(stream, rows);
      }
      finish(stream, current);
    }
  }

  private static void add(StoreCheck.Stream stream, Rows rows) {
    long seq = rows.integer(2);
    String types = rows.text(7);
    if (types != null) {
      stream.wrongTypes(seq, types);
    }
    stream.add(seq, rows.text(3), rows.bytes(4), rows.bytes(5), checksum(rows, 6));
  }

  private void finish(StoreCheck.@Nullable Stream stream, byte[] id) {
    if (stream == null) {
      return;
    }
    String docId = new String(id, StandardCharsets.UTF_8);
    String sql =
        "SELECT data, %s FROM %s WHERE doc_id = ?"
            .formatted(schema.metaChecked() ? Schema.CHECKSUM : "NULL", quoted(metaTable));
    try (Rows rows = adapter.iterate(sql, Statements.id(docId))) {
      if (rows.next()) {
        stream.finish(rows.bytes(1), checksum(rows, 2));
      } else {
        stream.finishWithoutIndex();
      }
    }
  }

  private String query(String sql) {
    return Schema.text(adapter, sql, Binding.NONE).orElse("0");
  }

  private static byte[] id(Rows rows) {
    byte[] id = rows.bytes(1);
    return id == null ? new byte[0] : id;
  }

  private static @Nullable Long checksum(Rows rows, int column) {
    return rows.isNull(column) ? null : rows.integer(column);
  }

  private void checkMetaWithoutRecords() {
    String sql =
        "SELECT m.doc_id, m.data, %s FROM %s m WHERE NOT EXISTS (SELECT 1 FROM %s WHERE doc_id ="
                .formatted(
                    schema.metaChecked() ? "m." + Schema.CHECKSUM : "NULL",
                    quoted(metaTable),
                    quoted(recordsTable))
            + " m.doc_id) ORDER BY m.doc_id";
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        check.indexAlone(id(rows), rows.bytes(2), checksum(rows, 3));
      }
    }
  }

  private void checkMetaTypes() {
    String sql =
        "SELECT doc_id, typeof(doc_id) || ', ' || typeof(data) FROM "
            + quoted(metaTable)
            + " WHERE typeof(doc_id) <> 'text' OR typeof(data) <> 'text'";
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        error(
            metaTable,
            String.valueOf(rows.text(1)),
            "expected the types text, text, found " + rows.text(2));
      }
    }
  }

  private String quoted(String table) {
    return database + "." + TableNames.quote(table);
  }

  private void error(String table, @Nullable String docId, String problem) {
    check.report(Severity.ERROR, table, docId, null, problem);
  }
}
