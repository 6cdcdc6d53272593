package org.kyneta.postgres;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;

/**
 * How a store in PostgreSQL is opened. Immutable.
 *
 * @param format the format that it must have, or null for the one that is there; a new one then
 *     gets format 1
 * @param tables the names of its tables, which are looked up along the connection's search path
 * @param limits how large the parts of what is written may be; the server cannot hold longer ids
 *     than {@value #LARGEST_ID} bytes in any case
 * @param schema what is done where tables are missing
 */
public record PostgresOptions(
    @Nullable Format format, TableNames tables, Limits limits, SchemaMode schema) {

  /**
   * The most bytes of an id: a row of the records' index, with the sequence number in it, must fit
   * on a third of a page.
   */
  public static final int LARGEST_ID = 2_600;

  /** The format that is there, default names and limits, and tables that must be there. */
  public static final PostgresOptions DEFAULT =
      new PostgresOptions(null, TableNames.DEFAULT, Limits.DEFAULT, SchemaMode.VALIDATE);

  /** What is done where tables are missing. */
  public enum SchemaMode {
    /** Opening the store is refused, with the statements that would create them. */
    VALIDATE,
    /** They are created. */
    CREATE
  }

  /**
   * Checks the options.
   *
   * @throws NullPointerException if one other than the format is null
   */
  public PostgresOptions {
    Objects.requireNonNull(tables, "tables");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(schema, "schema");
  }

  /** Returns these options with another format, or null for the one that is there. */
  public PostgresOptions withFormat(@Nullable Format newFormat) {
    return new PostgresOptions(newFormat, tables, limits, schema);
  }

  /** Returns these options with other table names. */
  public PostgresOptions withTables(TableNames newTables) {
    return new PostgresOptions(format, newTables, limits, schema);
  }

  /** Returns these options with other limits. */
  public PostgresOptions withLimits(Limits newLimits) {
    return new PostgresOptions(format, tables, newLimits, schema);
  }

  /** Returns these options with another way to treat missing tables. */
  public PostgresOptions withSchema(SchemaMode newSchema) {
    return new PostgresOptions(format, tables, limits, newSchema);
  }
}
