package org.kyneta.jooq;

import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.kyneta.sql.Format;
import org.kyneta.sql.FormatDetection;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;

/**
 * The tables that were found: in which format, of which types, and what they can hold.
 *
 * @param engine the engine
 * @param tables the tables
 * @param codec the codec of the format, which knows the tables' names
 * @param capacity what can be held
 */
record Schema(Engine engine, Tables tables, RowCodec codec, Capacity capacity) {

  private static final List<String> META_COLUMNS = List.of("doc_id", "data");
  private static final List<String> RECORD_COLUMNS =
      List.of("doc_id", "seq", "kind", "payload", "blob");
  private static final List<String> MARKER_COLUMNS = List.of("key", "value");

  /**
   * Finds the tables of a store, and marks those of a new one of format 2.
   *
   * @throws IncompatibleFormatException if they are not there, or must not be used
   */
  static Schema find(Access access, JooqOptions options) {
    TableNames names = options.tables();
    Catalog catalog = new Catalog(access);
    Format format =
        FormatDetection.detect(catalog, names, options.format())
            .orElseThrow(() -> catalog.missing(names.metaIn(options.formatOfNewTables())));
    Map<String, Field<?>> meta = catalog.columns(names.metaIn(format), META_COLUMNS);
    Map<String, Field<?>> records = catalog.columns(names.recordsName(), RECORD_COLUMNS);
    catalog.requireKey(names.metaIn(format), List.of("doc_id"));
    catalog.requireKey(names.recordsName(), List.of("doc_id", "seq"));
    if (format == Format.V2) {
      catalog.columns(names.markerName(), MARKER_COLUMNS);
      if (FormatDetection.gate(catalog, names) == FormatGate.Decision.STAMP) {
        catalog.stamp(names.markerName());
      }
    }
    Engine engine = access.engine();
    List<String> found = List.of(names.metaIn(format), names.recordsName());
    if (engine == Engine.MARIADB) {
      access.read(MariaDbLimits::requireStrictMode);
      access.read(dsl -> MariaDbLimits.requireExactText(dsl, found));
    }
    if (engine == Engine.POSTGRES) {
      found.forEach(table -> access.read(dsl -> catalog.requireExactIds(dsl, table)));
    }
    DataType<String> json = jsonType(engine, catalog.column(meta, "data"));
    Tables tables =
        new Tables(
            Tables.Meta.of(
                names.metaIn(format),
                idType(catalog.column(meta, "doc_id")),
                json,
                meta.containsKey(Tables.CHECKSUM)),
            Tables.Records.of(
                names.recordsName(),
                idType(catalog.column(records, "doc_id")),
                records.containsKey(Tables.CHECKSUM)));
    Capacity capacity =
        new Capacity(
            engine.holdsNul(),
            engine != Engine.POSTGRES,
            maxSeq(engine, catalog.column(records, "seq")),
            Math.min(
                idChars(engine, catalog.column(meta, "doc_id")),
                idChars(engine, catalog.column(records, "doc_id"))),
            engine == Engine.MARIADB ? access.read(MariaDbLimits::packetBytes) : Long.MAX_VALUE);
    return new Schema(engine, tables, new RowCodec(format, names), capacity);
  }

  private static boolean isBinary(Field<?> column) {
    return column.getType() == byte[].class;
  }

  private static DataType<String> idType(Field<?> column) {
    return isBinary(column) ? Engine.ID_AS_BYTES : SQLDataType.VARCHAR;
  }

  /** MariaDB's type for JSON is text with a condition, and jOOQ would take it apart. */
  private static DataType<String> jsonType(Engine engine, Field<?> column) {
    if (engine == Engine.MARIADB) {
      return SQLDataType.VARCHAR;
    }
    if (column.getType() == JSONB.class) {
      return Engine.ofJsonb();
    }
    return column.getType() == JSON.class ? Engine.ofJson() : SQLDataType.VARCHAR;
  }

  private static long maxSeq(Engine engine, Field<?> column) {
    return column.getType() == Long.class ? Long.MAX_VALUE : engine.maxSeq();
  }

  /** Returns how many characters a column can hold; the server refuses bytes that are too many. */
  private static int idChars(Engine engine, Field<?> column) {
    int length = column.getDataType().length();
    boolean isCounted = engine != Engine.SQLITE && !isBinary(column) && length > 0;
    return isCounted ? length : Integer.MAX_VALUE;
  }

  /** What is in the database, seen through statements that fail where something is missing. */
  private record Catalog(Access access) implements FormatDetection.Catalog {

    @Override
    public String where() {
      return access.toString();
    }

    IncompatibleFormatException missing(String table) {
      return new IncompatibleFormatException(
          Reason.NOT_A_STORE,
          where(),
          "a table " + table + " (JooqStore.createTables makes those of a store)",
          "none that this connection can read");
    }

    /** Returns a table's columns; empty if there is no such table. */
    private Optional<Map<String, Field<?>>> find(String table) {
      return access.attempt(dsl -> {
        Map<String, Field<?>> columns = new HashMap<>();
        for (Field<?> field :
            dsl.select()
                .from(DSL.table(DSL.name(table)))
                .where(DSL.falseCondition())
                .fetch()
                .fields()) {
          columns.put(field.getName(), field);
        }
        return columns;
      });
    }

    /**
     * Returns the columns of a table that must be there.
     *
     * @throws IncompatibleFormatException if it is not there, or lacks one
     */
    Map<String, Field<?>> columns(String table, List<String> expected) {
      Map<String, Field<?>> found = find(table).orElseThrow(() -> missing(table));
      for (String column : expected) {
        if (!found.containsKey(column)) {
          throw new IncompatibleFormatException(
              Reason.SCHEMA, where() + ", table " + table, "a column " + column, "none");
        }
      }
      return found;
    }

    /**
     * Checks a table's primary key, without which no lock could be relied upon.
     *
     * @throws IncompatibleFormatException if it is another
     */
    void requireKey(String table, List<String> expected) {
      List<String> found =
          access.read(dsl ->
              dsl.connectionResult(connection -> {
                TreeMap<Short, String> columns = new TreeMap<>();
                try (ResultSet rows =
                    connection.getMetaData().getPrimaryKeys(connection.getCatalog(), null, table)) {
                  while (rows.next()) {
                    columns.put(rows.getShort("KEY_SEQ"), rows.getString("COLUMN_NAME"));
                  }
                }
                return List.copyOf(columns.values());
              }));
      if (!found.equals(expected)) {
        throw new IncompatibleFormatException(
            Reason.SCHEMA,
            where() + ", table " + table,
            "the primary key " + expected,
            found.toString());
      }
    }

    /**
     * Checks that no two ids are the same to PostgreSQL.
     *
     * @return how many columns were checked
     * @throws IncompatibleFormatException if different ones may be
     */
    int requireExactIds(DSLContext dsl, String table) {
      String sql =
          """
          SELECT c.collname FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation
            WHERE a.attrelid = to_regclass({0}) AND a.attname = 'doc_id' AND NOT c.collisdeterministic\
          """;
      Record row = dsl.fetchOne(sql, DSL.inline(TableNames.quote(table)));
      if (row != null) {
        throw new IncompatibleFormatException(
            Reason.SCHEMA,
            where() + ", table " + table,
            "the column doc_id with a deterministic collation",
            "the collation " + row.get(0) + ", by which different ids may be equal");
      }
      return 1;
    }

    Field<?> column(Map<String, Field<?>> columns, String name) {
      Field<?> field = columns.get(name);
      if (field == null) {
        throw new AssertionError("a column that is not there was found missing before: " + name);
      }
      return field;
    }

    @Override
    public boolean exists(String table) {
      return find(table).isPresent();
    }

    @Override
    public boolean hasRows(String table) {
      return access.read(dsl -> dsl.fetchExists(DSL.table(DSL.name(table))));
    }

    @Override
    public Optional<String> firstMetadata(String metaTable) {
      Field<?> data = column(columns(metaTable, META_COLUMNS), "data");
      return first(
          metaTable,
          DSL.field(DSL.name("data"), jsonType(access.engine(), data)),
          Optional.empty());
    }

    @Override
    public Optional<String> marker(String markerTable) {
      if (!exists(markerTable)) {
        return Optional.empty();
      }
      return first(markerTable, markerOf(markerTable).value(), Optional.of(FormatGate.KEY));
    }

    private Tables.Marker markerOf(String table) {
      return Tables.Marker.of(
          table, jsonType(access.engine(), column(columns(table, MARKER_COLUMNS), "value")));
    }

    private Optional<String> first(String table, Field<String> field, Optional<String> key) {
      return access.read((DSLContext dsl) -> {
        var select = dsl.select(field).from(DSL.table(DSL.name(table)));
        Record1<String> row =
            key.isPresent()
                ? select.where(DSL.field(DSL.name("key"), String.class).eq(key.get())).fetchOne()
                : select.limit(1).fetchOne();
        return row == null ? Optional.empty() : Optional.ofNullable(row.value1());
      });
    }

    /** Gives a new store its marker; somebody else may just have done so. */
    void stamp(String table) {
      Tables.Marker marker = markerOf(table);
      try {
        access.write(
            "",
            "open",
            () -> true,
            dsl ->
                dsl.insertInto(marker.table(), marker.key(), marker.value())
                    .values(FormatGate.KEY, FormatGate.MARKER)
                    .execute());
      } catch (StorageException e) {
        if (marker(table).isEmpty()) {
          throw e;
        }
      }
    }
  }
}
