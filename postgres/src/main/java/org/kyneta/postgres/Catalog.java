package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.FormatDetection;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;

/**
 * What is in a database, found along the connection's search path.
 *
 * @param connection the connection
 * @param where what the database is called, for messages: never a password
 * @param codePointOrder whether the database's own collation has the order of code points
 */
record Catalog(Connection connection, String where, boolean codePointOrder)
    implements FormatDetection.Catalog {

  private static final Set<String> HIDING_WARNINGS = Set.of("error", "fatal", "panic");

  /**
   * Asks a database what it is.
   *
   * @throws IncompatibleFormatException if it does not keep text as UTF-8
   */
  static Catalog of(Connection connection) throws SQLException {
    String sql =
        """
        SELECT current_database(), pg_encoding_to_char(encoding), datcollate,
            coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
          FROM pg_database d WHERE datname = current_database()\
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      String where = "database " + rows.getString(1);
      if (!rows.getString(2).equals("UTF8")) {
        throw new IncompatibleFormatException(
            Reason.ENCODING, where, "text as UTF-8", rows.getString(2));
      }
      return new Catalog(
          connection, where, isInCodePointOrder(rows.getString(4), rows.getString(3)));
    }
  }

  /** Only the collation of the C library without a language compares bytes. */
  private static boolean isInCodePointOrder(@Nullable String provider, @Nullable String collation) {
    return "c".equals(provider) && ("C".equals(collation) || "POSIX".equals(collation));
  }

  /**
   * Returns the schema that a store's tables are in, or would be made in, as SQL writes its name.
   *
   * @throws StorageException if no schema along the search path exists
   */
  static String schemaOf(Connection connection, TableNames tables) throws SQLException {
    String sql =
        """
        SELECT coalesce(
          (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass(?)),
          quote_ident(current_schema()))\
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, TableNames.quote(tables.recordsName()));
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        String schema = rows.getString(1);
        if (schema == null) {
          throw new StorageException(
              "expected a schema along the search path, found none; where would tables be?", null);
        }
        return schema;
      }
    }
  }

  /**
   * A column of a table.
   *
   * @param type its type, as the server writes it
   * @param collation its collation, or null if it has none
   * @param deterministic whether only the same text is equal to a text
   * @param isInCodePointOrder whether it sorts by code points
   */
  record Column(
      String type, @Nullable String collation, boolean deterministic, boolean isInCodePointOrder) {}

  /** Something that is asked of the database. */
  private interface Query<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private <T> T query(String sql, Query<T> query) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return query.run(statement);
    } catch (SQLException e) {
      throw Failures.translated(e);
    }
  }

  private Optional<String> text(String sql, String... parameters) {
    return query(
        sql,
        statement -> {
          for (int i = 0; i < parameters.length; i++) {
            statement.setString(i + 1, parameters[i]);
          }
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
          }
        });
  }

  @Override
  public boolean exists(String table) {
    return text("SELECT to_regclass(?)::text", TableNames.quote(table)).isPresent();
  }

  @Override
  public boolean hasRows(String table) {
    return text("SELECT '1' FROM " + TableNames.quote(table) + " LIMIT 1").isPresent();
  }

  @Override
  public Optional<String> firstMetadata(String metaTable) {
    require(metaTable, "data", "jsonb");
    return text("SELECT data::text FROM " + TableNames.quote(metaTable) + " LIMIT 1");
  }

  @Override
  public Optional<String> marker(String markerTable) {
    if (!exists(markerTable)) {
      return Optional.empty();
    }
    require(markerTable, "key", "text");
    require(markerTable, "value", "jsonb");
    return text(
        "SELECT value::text FROM " + TableNames.quote(markerTable) + " WHERE key = ?",
        FormatGate.KEY);
  }

  Optional<Column> column(String table, String name) {
    String sql =
        """
        SELECT format_type(a.atttypid, a.atttypmod), c.collname, coalesce(c.collisdeterministic, true),
            c.collcollate, c.collprovider
          FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
          WHERE a.attrelid = to_regclass(?) AND a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped\
        """;
    return query(
        sql,
        statement -> {
          statement.setString(1, TableNames.quote(table));
          statement.setString(2, name);
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(column(rows)) : Optional.empty();
          }
        });
  }

  private Column column(ResultSet rows) throws SQLException {
    String name = rows.getString(2);
    boolean ordered =
        "default".equals(name)
            ? codePointOrder
            : isInCodePointOrder(rows.getString(5), rows.getString(4));
    return new Column(rows.getString(1), name, rows.getBoolean(3), ordered);
  }

  /**
   * Returns a column that must be there.
   *
   * @throws IncompatibleFormatException if there is none, or one of another type, or one by whose
   *     collation different texts are equal
   */
  Column require(String table, String name, String type) {
    Column column =
        column(table, name)
            .orElseThrow(() -> wrong(table, "a column " + name + " " + type, "none"));
    if (!column.type.equals(type)) {
      throw wrong(table, "the column " + name + " as " + type, column.type);
    }
    if (!column.deterministic) {
      throw wrong(
          table,
          "the column " + name + " with a deterministic collation",
          "the collation " + column.collation + ", by which different ids may be equal");
    }
    return column;
  }

  /**
   * Checks that some columns are a table's key.
   *
   * @throws IncompatibleFormatException if no unique index has just these
   */
  void requireKey(String table, List<String> columns) {
    String sql =
        """
        SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.ord)
            FROM unnest(i.indkey) WITH ORDINALITY AS k(num, ord)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num)
          FROM pg_index i
          WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL\
        """;
    List<String> keys =
        query(
            sql,
            statement -> {
              statement.setString(1, TableNames.quote(table));
              List<String> found = new ArrayList<>();
              try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                  found.add(String.valueOf(rows.getString(1)));
                }
              }
              return found;
            });
    String key = String.join(",", columns);
    if (!keys.contains(key)) {
      throw wrong(
          table, "a primary key (" + key + ")", keys.isEmpty() ? "none" : "(" + keys.get(0) + ")");
    }
  }

  /** Returns whether an index of a table begins with its ids in the order of code points. */
  boolean hasIndexInOrder(String table) {
    String sql =
        """
        SELECT '1' FROM pg_index i
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          JOIN pg_collation c ON c.oid = i.indcollation[0]
          WHERE i.indrelid = to_regclass(?) AND a.attname = 'doc_id' AND c.collname = 'C'
            AND i.indisvalid AND i.indpred IS NULL\
        """;
    return text(sql, TableNames.quote(table)).isPresent();
  }

  /** Returns whether the connection is not told what the server warns of. */
  boolean hidesWarnings() {
    return text("SHOW client_min_messages").filter(HIDING_WARNINGS::contains).isPresent();
  }

  private IncompatibleFormatException wrong(String table, String expected, String found) {
    return new IncompatibleFormatException(
        Reason.SCHEMA, where + ", table " + table, expected, found);
  }
}
