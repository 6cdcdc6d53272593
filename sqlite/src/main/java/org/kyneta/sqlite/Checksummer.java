package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreCheck;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.ChecksumReport.Mode;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;

/**
 * Gives rows that have none a checksum, in short transactions, after the check that verification
 * makes of them.
 *
 * <p>A checksum says that a row is as it was written, and that all before it are there: so a row
 * behind a gap stays without, as it would count as lost data from then on.
 *
 * <p>A document is gone through within one transaction: between two of them it may be replaced, and
 * the rest of the new stream be judged by the beginning of the old one. A look without writing is
 * at one snapshot of everything.
 */
final class Checksummer {

  private static final int BATCH = 1_000;

  private final SqliteAdapter adapter;
  private final Schema schema;
  private final Mode mode;
  private final SqliteOptions options;
  private final String metaTable;
  private final String records;
  private final StoreCheck check;

  private StoreCheck.@Nullable Stream stream;
  private byte[] docId = {};
  private long seq;
  private boolean begun;
  private boolean exhausted;

  private long recordsGiven;
  private long documentsGiven;

  /** A checksum for a row; the metadata index has no sequence numbers. */
  private record Given(byte[] docId, @Nullable Long seq, long checksum) {}

  private Checksummer(
      SqliteAdapter adapter,
      Schema schema,
      SqliteOptions options,
      Mode mode,
      Consumer<Finding> findings,
      Progress progress) {
    this.adapter = adapter;
    this.schema = schema;
    this.options = options;
    this.mode = mode;
    this.metaTable = schema.codec().tables().metaIn(schema.codec().format());
    this.records = TableNames.quote(schema.codec().tables().recordsName());
    this.check = new StoreCheck(schema.codec(), findings, progress);
  }

  static ChecksumReport run(
      Path path, SqliteOptions options, Mode mode, Consumer<Finding> findings, Progress progress) {
    DatabaseFile file =
        mode == Mode.WRITE
            ? DatabaseFile.toConvert(path, options)
            : DatabaseFile.toRead(path, options);
    file.register();
    try (SqliteAdapter adapter = mode == Mode.WRITE ? file.openWriter() : file.openOnlooker()) {
      Schema.requireUtf8(adapter);
      Schema schema =
          Schema.find(adapter, options.tables(), options.format())
              .orElseThrow(() ->
                  new IncompatibleFormatException(
                      Reason.NOT_A_STORE, adapter.name(), "a store", "other tables or none"));
      return new Checksummer(adapter, schema, options, mode, findings, progress).run();
    } catch (SqliteException e) {
      throw Connections.translated(e);
    } finally {
      file.release();
    }
  }

  private ChecksumReport run() {
    if (mode == Mode.WRITE) {
      addColumns();
      check();
    } else {
      adapter.snapshot(this::check);
    }
    VerificationReport checked = check.report();
    return new ChecksumReport(
        checked.records(),
        checked.documents(),
        recordsGiven,
        documentsGiven,
        checked.unverifiedRecords() - recordsGiven,
        checked.unverifiedMetadata() - documentsGiven,
        checked.errors());
  }

  private void check() {
    check.expectRecords(
        Long.parseLong(DatabaseFile.query(adapter, "SELECT count(*) FROM " + records)));
    while (inTransaction(this::nextDocuments)) {
      // Others write between them.
    }
    inTransaction(this::checkIndexAlone);
    reportTypes();
  }

  private boolean inTransaction(BooleanSupplier body) {
    return mode == Mode.WRITE
        ? adapter.write(body::getAsBoolean, options.busyTimeout())
        : body.getAsBoolean();
  }

  private void addColumns() {
    if (schema.metaChecked() && schema.recordsChecked()) {
      return;
    }
    adapter.write(
        () -> {
          addColumn(TableNames.quote(metaTable), schema.metaChecked());
          addColumn(records, schema.recordsChecked());
          return true;
        },
        options.busyTimeout());
  }

  private void addColumn(String table, boolean isThere) {
    if (!isThere) {
      adapter.exec(
          "ALTER TABLE %s ADD COLUMN %s INTEGER".formatted(table, Schema.CHECKSUM), Binding.NONE);
    }
  }

  private String checksumOf(boolean hasColumn) {
    return mode == Mode.WRITE || hasColumn ? Schema.CHECKSUM : "NULL";
  }

  /**
   * Looks at the next documents, up to the end of the one in which a batch is full, and gives their
   * rows checksums; returns whether there may be more.
   */
  private boolean nextDocuments() {
    int taken = 0;
    do {
      taken += nextPage(taken);
    } while (stream != null);
    return !exhausted;
  }

  /** Takes some records at least, unless a document ends here; returns how many. */
  private int nextPage(int taken) {
    List<Given> given = new ArrayList<>();
    int count = 0;
    boolean ends = false;
    String sql =
        "SELECT %s FROM %s WHERE typeof(doc_id) = 'text'%s"
                .formatted(
                    Verifier.COLUMNS.formatted(checksumOf(schema.recordsChecked())),
                    records,
                    begun ? " AND (doc_id, seq) > (CAST(? AS TEXT), ?)" : "")
            + " ORDER BY doc_id, seq LIMIT "
            + BATCH;
    byte[] lastId = docId;
    long lastSeq = seq;
    boolean more = begun;
    try (Rows rows =
        adapter.iterate(
            sql,
            p -> {
              if (more) {
                p.blob(1, lastId);
                p.integer(2, lastSeq);
              }
            })) {
      while (!ends && rows.next()) {
        ends = taken + count >= BATCH && stream != null && !stream.isOf(bytes(rows, 1));
        if (!ends) {
          take(rows, given);
          count++;
        }
      }
    }
    exhausted = !ends && count < BATCH;
    if (ends || exhausted) {
      finishStream(given);
    }
    write(given);
    return count;
  }

  private void take(Rows rows, List<Given> given) {
    byte[] id = bytes(rows, 1);
    if (stream == null || !stream.isOf(id)) {
      finishStream(given);
      stream = check.stream(id);
      docId = id;
    }
    seq = rows.integer(2);
    begun = true;
    String types = rows.text(7);
    if (types != null) {
      stream.wrongTypes(seq, types);
    }
    String kind = rows.text(3);
    byte[] payload = rows.bytes(4);
    byte[] blob = rows.bytes(5);
    boolean without = rows.isNull(6);
    boolean sound = stream.add(seq, kind, payload, blob, without ? null : rows.integer(6));
    if (without && sound && types == null && kind != null) {
      given.add(new Given(id, seq, checksums(id).ofRecord(seq, kind, payload, blob)));
      recordsGiven++;
    }
  }

  private static Checksum checksums(byte[] id) {
    return new Checksum(new String(id, StandardCharsets.UTF_8));
  }

  private void finishStream(List<Given> given) {
    StoreCheck.Stream open = stream;
    if (open == null) {
      return;
    }
    stream = null;
    seq = Long.MAX_VALUE; // What is appended to it from now on is none of this check's.
    byte[] id = docId;
    String sql =
        "SELECT data, %s FROM %s WHERE doc_id = CAST(? AS TEXT)"
            .formatted(checksumOf(schema.metaChecked()), TableNames.quote(metaTable));
    try (Rows rows = adapter.iterate(sql, p -> p.blob(1, id))) {
      if (!rows.next()) {
        open.finishWithoutIndex();
        return;
      }
      byte[] data = rows.bytes(1);
      boolean without = rows.isNull(2);
      boolean sound = open.finish(data, without ? null : rows.integer(2));
      if (without && sound && data != null) {
        given.add(new Given(id, null, checksums(id).ofMeta(data)));
        documentsGiven++;
      }
    }
  }

  private void write(List<Given> given) {
    if (mode == Mode.DRY_RUN) {
      return;
    }
    String record =
        "UPDATE %s SET crc32c = ?1 WHERE doc_id = CAST(?2 AS TEXT) AND seq = ?3".formatted(records);
    String index =
        "UPDATE %s SET crc32c = ?1 WHERE doc_id = CAST(?2 AS TEXT)"
            .formatted(TableNames.quote(metaTable));
    for (Given row : given) {
      Long number = row.seq();
      adapter.exec(
          number == null ? index : record,
          p -> {
            p.integer(1, row.checksum());
            p.blob(2, row.docId());
            if (number != null) {
              p.integer(3, number);
            }
          });
    }
  }

  private boolean checkIndexAlone() {
    String sql =
        "SELECT doc_id, data, %s FROM %s m WHERE NOT EXISTS (SELECT 1 FROM %s WHERE doc_id ="
                .formatted(checksumOf(schema.metaChecked()), TableNames.quote(metaTable), records)
            + " m.doc_id) ORDER BY doc_id";
    try (Rows rows = adapter.iterate(sql, Binding.NONE)) {
      while (rows.next()) {
        check.indexAlone(bytes(rows, 1), rows.bytes(2), rows.isNull(3) ? null : rows.integer(3));
      }
    }
    return false;
  }

  private void reportTypes() {
    String sql = "SELECT count(*) FROM " + records + " WHERE typeof(doc_id) <> 'text'";
    long others = Long.parseLong(DatabaseFile.query(adapter, sql));
    if (others > 0) {
      check.report(
          Severity.ERROR,
          schema.codec().tables().recordsName(),
          null,
          null,
          "expected ids of type text, found %d rows with others".formatted(others));
    }
  }

  private static byte[] bytes(Rows rows, int column) {
    byte[] bytes = rows.bytes(column);
    return bytes == null ? new byte[0] : bytes;
  }
}
