package org.kyneta.sqlite;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.FormatDetection;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;

/**
 * The tables of a store: which are there, in which format, and those of a new one.
 *
 * <p>What is found decides, never what is hoped for: see {@link FormatDetection}.
 *
 * @param codec the codec of the format, which knows the tables' names
 * @param metaChecked whether the metadata index has our checksum column
 * @param recordsChecked whether the records have it
 */
record Schema(RowCodec codec, boolean metaChecked, boolean recordsChecked) {

  static final String CHECKSUM = "crc32c";

  private static final List<String> META_COLUMNS = List.of("doc_id", "data");
  private static final List<String> RECORD_COLUMNS =
      List.of("doc_id", "seq", "kind", "payload", "blob");

  Statements statements() {
    return new Statements(
        codec.tables().metaIn(codec.format()),
        codec.tables().recordsName(),
        metaChecked,
        recordsChecked);
  }

  /**
   * Finds a store, or makes a new one where there is none; to be called in a write transaction.
   *
   * @throws IncompatibleFormatException if what is there must not be opened
   */
  static Schema openOrCreate(SqliteAdapter adapter, TableNames tables, @Nullable Format requested) {
    Optional<Format> found = detect(adapter, tables, requested);
    if (found.isPresent()) {
      Format format = found.get();
      if (format == Format.V2 && gate(adapter, tables) == FormatGate.Decision.STAMP) {
        create(adapter, tables, format);
      }
      createMissing(adapter, tables, format);
      return read(adapter, tables, format);
    }
    Format format = requested == null ? Format.V1 : requested;
    create(adapter, tables, format);
    return read(adapter, tables, format);
  }

  /**
   * Finds a store; empty if there is none.
   *
   * @throws IncompatibleFormatException if what is there must not be opened
   */
  static Optional<Schema> find(
      SqliteAdapter adapter, TableNames tables, @Nullable Format requested) {
    return detect(adapter, tables, requested)
        .filter(format -> exists(adapter, tables.recordsName()))
        .map(format -> {
          if (format == Format.V2) {
            gate(adapter, tables);
          }
          return read(adapter, tables, format);
        });
  }

  /** Returns whether nothing has to be added: only a marker can be missing from what was found. */
  boolean isComplete(SqliteAdapter adapter) {
    return codec.format() == Format.V1 || marker(adapter, codec.tables().markerName()).isPresent();
  }

  /** Refuses a database in which the order of text is not that of code points. */
  static void requireUtf8(SqliteAdapter adapter) {
    String encoding = text(adapter, "PRAGMA encoding", Binding.NONE).orElse("none");
    if (!encoding.equals("UTF-8")) {
      throw new IncompatibleFormatException(
          Reason.ENCODING, adapter.name(), "text as UTF-8", encoding);
    }
  }

  /**
   * What is in a database, through a connection to it.
   *
   * @param known whether the store's tables are known to be there and to be right
   */
  private record Catalog(SqliteAdapter adapter, boolean known) implements FormatDetection.Catalog {

    @Override
    public String where() {
      return adapter.name();
    }

    @Override
    public boolean exists(String table) {
      return known || Schema.exists(adapter, table);
    }

    @Override
    public boolean hasRows(String table) {
      return Schema.hasRows(adapter, table);
    }

    @Override
    public Optional<String> firstMetadata(String metaTable) {
      if (!known) {
        requireColumns(adapter, metaTable, META_COLUMNS);
      }
      return text(
          adapter, "SELECT data FROM " + TableNames.quote(metaTable) + " LIMIT 1", Binding.NONE);
    }

    @Override
    public Optional<String> marker(String markerTable) {
      return Schema.marker(adapter, markerTable);
    }
  }

  private static Optional<Format> detect(
      SqliteAdapter adapter, TableNames tables, @Nullable Format requested) {
    return FormatDetection.detect(new Catalog(adapter, /* known= */ false), tables, requested);
  }

  /**
   * Refuses metadata for a table that was converted since the store was opened. Where each format
   * has a table of its own that one is gone; a table with a name of its own keeps it, and its first
   * row tells.
   *
   * @throws IncompatibleFormatException if what is there is in another format than the codec's
   */
  static void requireFormat(SqliteAdapter adapter, RowCodec codec) {
    if (codec.tables().meta() == null) {
      return;
    }
    try {
      FormatDetection.detect(
          new Catalog(adapter, /* known= */ true), codec.tables(), codec.format());
    } catch (IncompatibleFormatException e) {
      if (e.reason() == Reason.OTHER_FORMAT) {
        throw e;
      }
      // A row that cannot be read is in the way of its own document only.
    }
  }

  private static FormatGate.Decision gate(SqliteAdapter adapter, TableNames tables) {
    return FormatDetection.gate(new Catalog(adapter, /* known= */ false), tables);
  }

  static Optional<String> marker(SqliteAdapter adapter, String markerTable) {
    if (!exists(adapter, markerTable)) {
      return Optional.empty();
    }
    requireColumns(adapter, markerTable, List.of("key", "value"));
    return text(
        adapter,
        "SELECT value FROM " + TableNames.quote(markerTable) + " WHERE key = ?",
        p -> p.text(1, FormatGate.KEY));
  }

  /** Creates the tables of a format that are not there, and the marker where it belongs. */
  static void create(SqliteAdapter adapter, TableNames tables, Format format) {
    createMissing(adapter, tables, format);
    if (format == Format.V2) {
      String markerTable = TableNames.quote(tables.markerName());
      adapter.exec(
          "INSERT INTO " + markerTable + " (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
          p -> {
            p.text(1, FormatGate.KEY);
            p.text(2, FormatGate.MARKER);
          });
    }
  }

  private static void createMissing(SqliteAdapter adapter, TableNames tables, Format format) {
    if (!exists(adapter, tables.metaIn(format))) {
      adapter.exec(
          "CREATE TABLE "
              + TableNames.quote(tables.metaIn(format))
              + " (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL, crc32c INTEGER) WITHOUT ROWID",
          Binding.NONE);
    }
    if (!exists(adapter, tables.recordsName())) {
      adapter.exec(
          "CREATE TABLE "
              + TableNames.quote(tables.recordsName())
              + " (doc_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT,"
              + " blob BLOB, crc32c INTEGER, PRIMARY KEY (doc_id, seq)) WITHOUT ROWID",
          Binding.NONE);
    }
    if (format == Format.V2 && !exists(adapter, tables.markerName())) {
      adapter.exec(
          "CREATE TABLE "
              + TableNames.quote(tables.markerName())
              + " (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
          Binding.NONE);
    }
  }

  private static Schema read(SqliteAdapter adapter, TableNames tables, Format format) {
    return new Schema(
        new RowCodec(format, tables),
        requireColumns(adapter, tables.metaIn(format), META_COLUMNS),
        requireColumns(adapter, tables.recordsName(), RECORD_COLUMNS));
  }

  static boolean hasChecksum(SqliteAdapter adapter, String metaTable) {
    return requireColumns(adapter, metaTable, META_COLUMNS);
  }

  /** Checks a table's columns and key, and returns whether it has our checksum column. */
  private static boolean requireColumns(
      SqliteAdapter adapter, String table, List<String> expected) {
    Map<String, Long> keyPositions = new HashMap<>();
    try (Rows rows =
        adapter.iterate("SELECT name, pk FROM pragma_table_info(?)", p -> p.text(1, table))) {
      while (rows.next()) {
        String name = String.valueOf(rows.text(1));
        keyPositions.put(name.toLowerCase(Locale.ROOT), rows.integer(2));
      }
    }
    for (String column : expected) {
      Long position = keyPositions.get(column);
      if (position == null) {
        throw wrongTable(adapter, table, "a column " + column, "none");
      }
      boolean isText = column.equals("doc_id") || column.equals("key");
      if ((isText || column.equals("seq")) && position == 0) {
        throw wrongTable(adapter, table, column + " in the primary key", "it outside");
      }
      if (isText) {
        requireBinary(adapter, table, column);
      }
    }
    return keyPositions.containsKey(CHECKSUM);
  }

  /**
   * Refuses a column under whose collation texts that differ are equal, as under NOCASE. No pragma
   * tells the collation of a column, so a UNION with it does, which keeps one of equal texts; that
   * of an index may be another one.
   */
  private static void requireBinary(SqliteAdapter adapter, String table, String column) {
    String kept =
        "SELECT count(*) FROM (SELECT %s FROM %s WHERE 0 UNION VALUES ('a'), ('A'), ('a '))"
            .formatted(column, TableNames.quote(table));
    boolean isBinary = text(adapter, kept, Binding.NONE).equals(Optional.of("3"));
    Optional<String> ofAnIndex =
        text(
            adapter,
            """
            SELECT x.coll FROM pragma_index_list(?) l JOIN pragma_index_xinfo(l.name) x
              WHERE l."unique" AND x.key AND lower(x.name) = ? AND upper(x.coll) <> 'BINARY'\
            """,
            p -> {
              p.text(1, table);
              p.text(2, column);
            });
    if (!isBinary || ofAnIndex.isPresent()) {
      throw wrongTable(
          adapter,
          table,
          column + " compared byte by byte (COLLATE BINARY)",
          "the collation " + ofAnIndex.orElse("NOCASE, RTRIM, or one of that kind"));
    }
  }

  private static IncompatibleFormatException wrongTable(
      SqliteAdapter adapter, String table, String expected, String found) {
    return new IncompatibleFormatException(
        Reason.SCHEMA, adapter.name() + ", table " + table, expected, found);
  }

  static boolean exists(SqliteAdapter adapter, String table) {
    return text(
            adapter,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE",
            p -> p.text(1, table))
        .isPresent();
  }

  static boolean hasRows(SqliteAdapter adapter, String table) {
    return text(adapter, "SELECT 1 FROM " + TableNames.quote(table) + " LIMIT 1", Binding.NONE)
        .isPresent();
  }

  /** Returns the first column of the first row as text; empty if there is no row. */
  static Optional<String> text(SqliteAdapter adapter, String sql, Binding binding) {
    try (Rows rows = adapter.iterate(sql, binding)) {
      return rows.next() ? Optional.ofNullable(rows.text(1)) : Optional.empty();
    }
  }
}
