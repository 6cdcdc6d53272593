package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.Format;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.Progress;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * Brings a store into another format, within one write transaction.
 *
 * <p>Only metadata differs between the formats: its rows are read, checked and written anew, in the
 * index as well as in the streams. A row that carried a checksum carries its new one.
 */
final class Converter {

  /** The table names of the very first versions. */
  static final TableNames BARE = new TableNames("meta", "records", null);

  private static final int BATCH = 500;

  private final SqliteAdapter adapter;
  private final Format target;
  private final Progress progress;
  private final TableNames oldTables;
  private final TableNames newTables;
  private final Schema source;
  private final RowCodec newCodec;

  private Converter(
      SqliteAdapter adapter,
      Schema source,
      TableNames newTables,
      Format target,
      Progress progress) {
    this.adapter = adapter;
    this.source = source;
    this.oldTables = source.codec().tables();
    this.newTables = newTables;
    this.target = target;
    this.progress = progress;
    this.newCodec = new RowCodec(target, newTables);
  }

  /** Converts the store in a file, in a write transaction. */
  static Conversion run(Path path, TableNames tables, Format target, Progress progress) {
    DatabaseFile file = DatabaseFile.toConvert(path, SqliteOptions.DEFAULT);
    file.register();
    try (SqliteAdapter adapter = file.openWriter()) {
      Schema.requireUtf8(adapter);
      return adapter.write(() -> run(adapter, tables, target, progress), Duration.ZERO);
    } catch (SqliteException e) {
      throw Connections.translated(e);
    } finally {
      file.release();
    }
  }

  private static Conversion run(
      SqliteAdapter adapter, TableNames tables, Format target, Progress progress) {
    Optional<Schema> found = Schema.find(adapter, tables, null);
    TableNames newTables = tables;
    if (found.isEmpty() && tables.equals(TableNames.DEFAULT)) {
      found = Schema.find(adapter, BARE, null);
    }
    Schema source =
        found.orElseThrow(() ->
            new IncompatibleFormatException(
                Reason.NOT_A_STORE, adapter.name(), "a store", "other tables or none"));
    if (source.codec().tables().equals(BARE) && !tables.equals(BARE)) {
      newTables = TableNames.DEFAULT;
    }
    return new Converter(adapter, source, newTables, target, progress).convert();
  }

  private Conversion convert() {
    Format from = source.codec().format();
    String oldMeta = oldTables.metaIn(from);
    String newMeta = newTables.metaIn(target);
    boolean sameTable = oldMeta.equalsIgnoreCase(newMeta);
    if (from == target && sameTable) {
      return new Conversion(from, target, count(oldMeta), 0);
    }
    if (!sameTable) {
      requireEmpty(newMeta);
    }
    renameRecords();
    Schema.create(adapter, newTables, target);
    long documents = convertIndex(oldMeta, newMeta);
    long records = from == target ? 0 : convertRecords();
    if (!sameTable) {
      adapter.exec("DROP TABLE " + TableNames.quote(oldMeta), Binding.NONE);
    }
    if (target == Format.V1) {
      removeMarker();
    }
    return new Conversion(from, target, documents, records);
  }

  private long count(String table) {
    return Long.parseLong(
        DatabaseFile.query(adapter, "SELECT count(*) FROM " + TableNames.quote(table)));
  }

  private void requireEmpty(String table) {
    if (Schema.exists(adapter, table) && Schema.hasRows(adapter, table)) {
      throw new IncompatibleFormatException(
          Reason.SEVERAL_FORMATS,
          adapter.name(),
          "no rows in table %s, into which to convert".formatted(table),
          "some");
    }
  }

  private void renameRecords() {
    String from = oldTables.recordsName();
    String to = newTables.recordsName();
    if (from.equalsIgnoreCase(to)) {
      return;
    }
    if (Schema.exists(adapter, to)) {
      requireEmpty(to);
      adapter.exec("DROP TABLE " + TableNames.quote(to), Binding.NONE);
    }
    adapter.exec(
        "ALTER TABLE " + TableNames.quote(from) + " RENAME TO " + TableNames.quote(to),
        Binding.NONE);
  }

  private void removeMarker() {
    String marker = newTables.markerName();
    if (!Schema.exists(adapter, marker)) {
      return;
    }
    String quoted = TableNames.quote(marker);
    adapter.exec("DELETE FROM " + quoted + " WHERE key = ?", p -> p.text(1, FormatGate.KEY));
    if (!Schema.hasRows(adapter, marker)) {
      adapter.exec("DROP TABLE " + quoted, Binding.NONE);
    }
  }

  /** A row of metadata, of the index (seq is 0) or of a stream. */
  private record MetaLine(String docId, long seq, byte[] data, @Nullable Long checksum) {}

  private long convertIndex(String oldMeta, String newMeta) {
    String sum = source.metaChecked() ? Schema.CHECKSUM : "NULL";
    String next =
        "SELECT doc_id, 0, data, %s FROM %s WHERE doc_id > ? ORDER BY doc_id LIMIT %d"
            .formatted(sum, TableNames.quote(oldMeta), BATCH);
    String first = next.replace(" WHERE doc_id > ?", "");
    boolean newChecked = Schema.hasChecksum(adapter, newMeta);
    String write =
        "INSERT INTO %s (doc_id, data%s) VALUES (?, ?%s) ON CONFLICT (doc_id) DO UPDATE SET data ="
                .formatted(
                    TableNames.quote(newMeta),
                    newChecked ? ", crc32c" : "",
                    newChecked ? ", ?" : "")
            + " excluded.data"
            + (newChecked ? ", crc32c = excluded.crc32c" : "");
    long total = count(oldMeta);
    long done = 0;
    List<MetaLine> batch = lines(first, Binding.NONE);
    while (!batch.isEmpty()) {
      for (MetaLine line : batch) {
        convertIndexLine(line, write, newChecked);
      }
      done += batch.size();
      progress.at(done, total);
      String last = batch.getLast().docId();
      batch = lines(next, p -> p.text(1, last));
    }
    return done;
  }

  private void convertIndexLine(MetaLine line, String write, boolean newChecked) {
    Checksum checksum = new Checksum(line.docId());
    Long sum = line.checksum();
    String table = oldTables.metaIn(source.codec().format());
    if (sum != null && sum != checksum.ofMeta(line.data())) {
      throw new CorruptDataException(line.docId(), table, "the checksum does not match", null);
    }
    StoreMeta meta = source.codec().decodeIndex(line.docId(), line.data());
    String data = newCodec.encodeMeta(meta);
    adapter.exec(
        write,
        p -> {
          p.text(1, line.docId());
          p.text(2, data);
          if (newChecked && sum != null) {
            p.integer(3, checksum.ofMeta(data.getBytes(StandardCharsets.UTF_8)));
          } else if (newChecked) {
            p.blob(3, null);
          }
        });
  }

  private long convertRecords() {
    String records = TableNames.quote(newTables.recordsName());
    String next =
        "SELECT doc_id, seq, payload, %s FROM %s WHERE kind = 'meta' AND (doc_id, seq) > (?, ?)"
                .formatted(source.recordsChecked() ? Schema.CHECKSUM : "NULL", records)
            + " ORDER BY doc_id, seq LIMIT "
            + BATCH;
    String first = next.replace(" AND (doc_id, seq) > (?, ?)", "");
    long done = 0;
    List<MetaLine> batch = lines(first, Binding.NONE);
    while (!batch.isEmpty()) {
      for (MetaLine line : batch) {
        convertRecord(line, records);
      }
      done += batch.size();
      progress.at(done, -1);
      MetaLine last = batch.getLast();
      batch =
          lines(
              next,
              p -> {
                p.text(1, last.docId());
                p.integer(2, last.seq());
              });
    }
    return done;
  }

  private void convertRecord(MetaLine line, String records) {
    Checksum checksum = new Checksum(line.docId());
    String kind = Row.META;
    Long sum = line.checksum();
    if (sum != null && sum != checksum.ofRecord(line.seq(), kind, line.data(), null)) {
      throw new CorruptDataException(
          line.docId(), oldTables.recordsName(), line.seq(), "the checksum does not match", null);
    }
    StoreRecord record = source.codec().decode(line.docId(), line.seq(), kind, line.data(), null);
    String data = newCodec.encodeMeta(((StoreRecord.Meta) record).meta());
    String sql =
        "UPDATE %s SET payload = ?3%s WHERE doc_id = ?1 AND seq = ?2"
            .formatted(records, sum == null ? "" : ", crc32c = ?4");
    adapter.exec(
        sql,
        p -> {
          p.text(1, line.docId());
          p.integer(2, line.seq());
          p.text(3, data);
          if (sum != null) {
            byte[] utf8 = data.getBytes(StandardCharsets.UTF_8);
            p.integer(4, checksum.ofRecord(line.seq(), kind, utf8, null));
          }
        });
  }

  /** Reads a batch whole, since rows are changed while the next one is not yet asked for. */
  private List<MetaLine> lines(String sql, Binding binding) {
    List<MetaLine> lines = new ArrayList<>();
    try (Rows rows = adapter.iterate(sql, binding)) {
      while (rows.next()) {
        byte[] data = rows.bytes(3);
        lines.add(
            new MetaLine(
                String.valueOf(rows.text(1)),
                rows.integer(2),
                data == null ? new byte[0] : data,
                rows.isNull(4) ? null : rows.integer(4)));
      }
    }
    return lines;
  }
}
