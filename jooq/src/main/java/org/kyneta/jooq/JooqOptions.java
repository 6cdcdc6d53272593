package org.kyneta.jooq;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;

/**
 * How a store is opened. Immutable.
 *
 * @param format the format that is expected, and in which tables are created; null to take what is
 *     there, and format 1 for new tables
 * @param tables the names of the tables
 * @param limits how large the parts of what is written may be
 * @param maxCursors how many cursors may be open at once beyond those whose few rows were read at
 *     once, at least 1; each holds a connection, so it should be less than the pool has
 */
public record JooqOptions(
    @Nullable Format format, TableNames tables, Limits limits, int maxCursors) {

  /**
   * What is right for most: whatever format is there, its own table names, {@link Limits#DEFAULT},
   * 8 cursors.
   */
  public static final JooqOptions DEFAULT =
      new JooqOptions(null, TableNames.DEFAULT, Limits.DEFAULT, /* maxCursors= */ 8);

  /**
   * Checks the options.
   *
   * @throws NullPointerException if one other than the format is null
   * @throws IllegalArgumentException if {@code maxCursors} is below 1
   */
  public JooqOptions {
    Objects.requireNonNull(tables, "tables");
    Objects.requireNonNull(limits, "limits");
    if (maxCursors < 1) {
      throw new IllegalArgumentException("expected at least 1 cursor, found " + maxCursors);
    }
  }

  /** Returns these options with another format, or null for any. */
  public JooqOptions withFormat(@Nullable Format newFormat) {
    return new JooqOptions(newFormat, tables, limits, maxCursors);
  }

  /** Returns these options with other table names. */
  public JooqOptions withTables(TableNames newTables) {
    return new JooqOptions(format, newTables, limits, maxCursors);
  }

  /** Returns these options with other limits. */
  public JooqOptions withLimits(Limits newLimits) {
    return new JooqOptions(format, tables, newLimits, maxCursors);
  }

  /** Returns these options with another number of cursors. */
  public JooqOptions withMaxCursors(int newMaxCursors) {
    return new JooqOptions(format, tables, limits, newMaxCursors);
  }

  Format formatOfNewTables() {
    return format == null ? Format.V1 : format;
  }
}
