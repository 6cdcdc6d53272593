package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.Utf8;
import org.kyneta.sqlite.Finding.Severity;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/** Goes through a whole store, on one snapshot, and says what is wrong in it. */
final class Verifier {

  private static final int PROGRESS_STEP = 1_000;

  private final SqliteAdapter adapter;
  private final Schema schema;
  private final RowCodec codec;
  private final Statements statements;
  private final String metaTable;
  private final String recordsTable;
  private final Consumer<Finding> findings;
  private final Progress progress;
  private long documents;
  private long records;
  private long unverifiedRecords;
  private long unverifiedMetadata;
  private long errors;
  private long notes;

  Verifier(SqliteAdapter adapter, Schema schema, Consumer<Finding> findings, Progress progress) {
    this.adapter = adapter;
    this.schema = schema;
    this.codec = schema.codec();
    this.statements = schema.statements();
    this.metaTable = codec.tables().metaIn(codec.format());
    this.recordsTable = codec.tables().recordsName();
    this.findings = findings;
    this.progress = progress;
  }

  VerificationReport run() {
    adapter.exec("BEGIN", Binding.NONE);
    try {
      guarded("database", this::checkDatabase);
      guarded(recordsTable, this::checkRecords);
      guarded(metaTable, this::checkMetaWithoutRecords);
      guarded(metaTable, this::checkMetaTypes);
    } finally {
      adapter.exec("ROLLBACK", Binding.NONE);
    }
    return new VerificationReport(
        documents, records, unverifiedRecords, unverifiedMetadata, errors, notes);
  }

  /** Where a file is so damaged that reading it fails, the rest is looked at all the same. */
  private void guarded(String table, Runnable part) {
    try {
      part.run();
    } catch (SqliteException e) {
      report(Severity.ERROR, table, null, null, "reading stopped here: " + e.getMessage());
    }
  }

  private void checkDatabase() {
    try (Rows rows = adapter.iterate("PRAGMA integrity_check", Binding.NONE)) {
      while (rows.next()) {
        String line = String.valueOf(rows.text(1));
        if (!line.equals("ok")) {
          report(Severity.ERROR, "database", null, null, "SQLite's integrity check: " + line);
        }
      }
    }
  }

  private void checkRecords() {
    String quoted = TableNames.quote(recordsTable);
    long total = Long.parseLong(query("SELECT count(*) FROM " + quoted));
    String sql =
        """
        SELECT doc_id, seq, kind, payload, blob, %s,
          CASE WHEN typeof(doc_id) = 'text' AND typeof(seq) = 'integer' AND typeof(kind) = 'text'
              AND typeof(payload) = 'text' AND typeof(blob) IN ('blob', 'null')
            THEN NULL
            ELSE typeof(doc_id) || ', ' || typeof(seq) || ', ' || typeof(kind) || ', '
              || typeof(payload) || ', ' || typeof(blob)
          END
        FROM %s ORDER BY doc_id, seq\
        """
            .formatted(schema.recordsChecked() ? Schema.CHECKSUM : "NULL", quoted);
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      StreamCheck stream = null;
      while (rows.next()) {
        byte[] id = rows.bytes(1);
        byte[] docId = id == null ? new byte[0] : id;
        if (stream == null || !Arrays.equals(docId, stream.id)) {
          finish(stream);
          stream = new StreamCheck(docId);
        }
        stream.add(rows);
        if (++records % PROGRESS_STEP == 0) {
          progress.at(records, total);
        }
      }
      finish(stream);
    }
    progress.at(records, total);
  }

  private String query(String sql) {
    return Schema.text(adapter, sql, Binding.NONE).orElse("0");
  }

  private void finish(@Nullable StreamCheck stream) {
    if (stream != null) {
      stream.finish();
    }
  }

  private void checkMetaWithoutRecords() {
    String sql =
        "SELECT m.doc_id, m.data, %s FROM %s m WHERE NOT EXISTS (SELECT 1 FROM %s WHERE doc_id ="
                .formatted(
                    schema.metaChecked() ? "m." + Schema.CHECKSUM : "NULL",
                    TableNames.quote(metaTable),
                    TableNames.quote(recordsTable))
            + " m.doc_id) ORDER BY m.doc_id";
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        byte[] id = rows.bytes(1);
        String docId = new String(id == null ? new byte[0] : id, StandardCharsets.UTF_8);
        report(
            Severity.ERROR,
            metaTable,
            docId,
            null,
            "expected records beside the metadata, found none");
        readIndex(docId, rows, 2);
      }
    }
  }

  private void checkMetaTypes() {
    String sql =
        "SELECT doc_id, typeof(doc_id) || ', ' || typeof(data) FROM "
            + TableNames.quote(metaTable)
            + " WHERE typeof(doc_id) <> 'text' OR typeof(data) <> 'text'";
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        report(
            Severity.ERROR,
            metaTable,
            String.valueOf(rows.text(1)),
            null,
            "expected the types text, text, found " + rows.text(2));
      }
    }
  }

  /** Counts and checks a row of the index; returns null if it cannot be read. */
  private @Nullable StoreMeta readIndex(String docId, Rows rows, int column) {
    documents++;
    byte[] data = rows.bytes(column);
    if (data == null) {
      report(Severity.ERROR, metaTable, docId, null, "data: expected JSON text, found NULL");
      return null;
    }
    if (rows.isNull(column + 1)) {
      unverifiedMetadata++;
    } else {
      long computed = new Checksum(docId).ofMeta(data);
      if (computed != rows.integer(column + 1)) {
        report(
            Severity.ERROR,
            metaTable,
            docId,
            null,
            Checksum.mismatch(rows.integer(column + 1), computed));
      }
    }
    try {
      return codec.decodeIndex(docId, data);
    } catch (CorruptDataException e) {
      report(Severity.ERROR, metaTable, docId, null, e.problem());
      return null;
    }
  }

  private void report(
      Severity severity, String table, @Nullable String docId, @Nullable Long seq, String problem) {
    if (severity == Severity.ERROR) {
      errors++;
    } else {
      notes++;
    }
    findings.accept(new Finding(severity, table, docId, seq, problem));
  }

  /** The check of one document's stream, row by row. */
  private final class StreamCheck {

    private final byte[] id;
    private final String docId;
    private final Checksum checksum;
    private final StreamHistory history = new StreamHistory();

    StreamCheck(byte[] id) {
      this.id = id;
      this.docId = new String(id, StandardCharsets.UTF_8);
      this.checksum = new Checksum(docId);
      try {
        Utf8.decode(id);
      } catch (IllegalArgumentException e) {
        report(Severity.ERROR, recordsTable, docId, null, "doc_id: " + e.getMessage());
      }
    }

    void add(Rows rows) {
      long seq = rows.integer(2);
      String kind = String.valueOf(rows.text(3));
      byte[] payload = rows.bytes(4);
      byte[] blob = rows.bytes(5);
      boolean verified = !rows.isNull(6);
      String types = rows.text(7);
      if (types != null) {
        error(seq, "expected the types text, integer, text, text, blob or null, found " + types);
      }
      if (!verified) {
        unverifiedRecords++;
      } else {
        long computed = checksum.ofRecord(seq, kind, payload, blob);
        if (computed != rows.integer(6)) {
          error(seq, Checksum.mismatch(rows.integer(6), computed));
        }
      }
      try {
        StoreRecord record = codec.decode(docId, seq, kind, payload, blob);
        history.add(docId, seq, record, verified).forEach(problem -> take(problem, seq));
        if (payload != null && kind.equals(Row.ENTRY)) {
          noteUnknownMembers(seq, payload);
        }
      } catch (CorruptDataException e) {
        history.skip(seq);
        error(seq, e.problem());
      }
    }

    private void noteUnknownMembers(long seq, byte[] payload) {
      List<String> unknown = codec.unknownMembers(payload);
      if (!unknown.isEmpty()) {
        report(
            Severity.NOTE,
            recordsTable,
            docId,
            seq,
            "members that a copy does not carry: " + unknown);
      }
    }

    private void error(long seq, String problem) {
      report(Severity.ERROR, recordsTable, docId, seq, problem);
    }

    private void take(StreamHistory.Problem problem, long seq) {
      report(problem.severity(), recordsTable, docId, seq, problem.text());
    }

    void finish() {
      StoreMeta index;
      try (Rows rows = adapter.iterate(statements.meta, Statements.id(docId))) {
        if (!rows.next()) {
          report(
              Severity.ERROR,
              recordsTable,
              docId,
              null,
              "expected metadata beside the records, found none");
          return;
        }
        index = readIndex(docId, rows, 1);
      }
      history
          .finish(index)
          .forEach(problem -> report(problem.severity(), metaTable, docId, null, problem.text()));
    }
  }
}
