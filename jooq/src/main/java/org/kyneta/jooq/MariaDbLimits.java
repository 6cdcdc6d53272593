package org.kyneta.jooq;

import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;

/** What MariaDB and MySQL let a table's definition and a server's settings decide. */
final class MariaDbLimits {

  /** Those that tell all texts apart, spaces at the end included. */
  private static final Set<String> EXACT = Set.of("utf8mb4_nopad_bin", "utf8mb4_0900_bin");

  private static final String DEFAULT_PACKET_BYTES = String.valueOf(16 << 20);

  /** Either, in tables with transactions. */
  private static final List<String> STRICT = List.of("STRICT_TRANS_TABLES", "STRICT_ALL_TABLES");

  private MariaDbLimits() {}

  private static Field<String> field(String name) {
    return DSL.field(DSL.name(name), SQLDataType.VARCHAR);
  }

  /**
   * Checks that no text is changed, and that no two ids are the same to the database.
   *
   * @return how many columns were checked
   * @throws IncompatibleFormatException if a column has a collation that does not fit
   */
  static int requireExactText(DSLContext dsl, List<String> tables) {
    var columns =
        dsl.select(field("table_name"), field("column_name"), field("collation_name"))
            .from(DSL.table(DSL.name("information_schema", "columns")))
            .where(field("table_schema").eq(DSL.currentSchema().cast(SQLDataType.VARCHAR)))
            .and(field("table_name").in(tables))
            .and(field("collation_name").isNotNull())
            .fetch();
    for (Record3<String, String, String> column : columns) {
      boolean isId = column.value2().equalsIgnoreCase("doc_id");
      String collation = column.value3();
      if (isId ? !EXACT.contains(collation) : !collation.startsWith("utf8mb4_")) {
        throw new IncompatibleFormatException(
            Reason.SCHEMA,
            "table %s, column %s".formatted(column.value1(), column.value2()),
            isId
                ? "VARBINARY(%d), or a collation of %s".formatted(Engine.ID_BYTES, EXACT)
                : "the character set utf8mb4",
            "the collation " + collation);
      }
    }
    return columns.size();
  }

  /**
   * Checks that the server refuses what is too long for a column.
   *
   * @return the session's mode
   * @throws IncompatibleFormatException if it would cut that
   */
  static String requireStrictMode(DSLContext dsl) {
    String found = variable(dsl, "sql_mode", "");
    if (STRICT.stream().noneMatch(Set.of(found.split(",", -1))::contains)) {
      throw new IncompatibleFormatException(
          Reason.SCHEMA,
          dsl.dialect().getName() + " through jOOQ",
          "a session with %s in sql_mode, without which what is too long for a column is cut (set it at the server, or by sessionVariables in the address)"
              .formatted(String.join(" or ", STRICT)),
          '"' + found + '"');
    }
    return found;
  }

  /** Returns how long a statement may be. */
  static long packetBytes(DSLContext dsl) {
    return Long.parseLong(variable(dsl, "max_allowed_packet", DEFAULT_PACKET_BYTES));
  }

  private static String variable(DSLContext dsl, String name, String otherwise) {
    boolean isMariaDb = dsl.family() == SQLDialect.MARIADB;
    Record1<String> row =
        dsl.select(field("variable_value"))
            .from(
                DSL.table(
                    DSL.name(
                        isMariaDb ? "information_schema" : "performance_schema",
                        "session_variables")))
            .where(DSL.lower(field("variable_name")).eq(name))
            .fetchOne();
    return row == null ? otherwise : row.value1();
  }
}
