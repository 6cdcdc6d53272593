package org.kyneta.sql;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.DocIds;

/**
 * The names of a store's tables, any of which may be left to its default.
 *
 * <p>A name is a plain identifier: a letter or underscore and up to 62 letters, digits and
 * underscores, all ASCII. Anything else is refused, and statements quote what is not.
 *
 * @param meta the table of the metadata index, or null for the format's own
 * @param records the table of the records, or null for {@value #RECORDS}
 * @param marker the table that holds the marker of format 2, or null for {@value #MARKER}
 */
public record TableNames(@Nullable String meta, @Nullable String records, @Nullable String marker) {

  /** The default name of the table of the records, in both formats. */
  public static final String RECORDS = "kyneta_records";

  /** The default name of the table of the marker. */
  public static final String MARKER = "kyneta_store_meta";

  /** All names left to their defaults. */
  public static final TableNames DEFAULT = new TableNames(null, null, null);

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one is not a plain identifier, is reserved by SQLite
   *     ({@code sqlite_…}), or names the same table as another
   */
  public TableNames {
    check(meta);
    check(records);
    check(marker);
    for (Format format : Format.values()) {
      String first = Objects.requireNonNullElse(meta, format.metaTable());
      String second = Objects.requireNonNullElse(records, RECORDS);
      String third = Objects.requireNonNullElse(marker, MARKER);
      if (first.equalsIgnoreCase(second)
          || first.equalsIgnoreCase(third)
          || second.equalsIgnoreCase(third)) {
        throw new IllegalArgumentException(
            "expected three different table names, found %s, %s and %s"
                .formatted(first, second, third));
      }
    }
  }

  private static void check(@Nullable String name) {
    if (name == null) {
      return;
    }
    if (!PLAIN.matcher(name).matches() || name.regionMatches(true, 0, "sqlite_", 0, 7)) {
      throw new IllegalArgumentException(
          "expected a table name of ASCII letters, digits and underscores, not beginning with"
              + " a digit or sqlite_ and of at most 63 characters, found "
              + DocIds.show(name));
    }
  }

  /** Returns these names with another one for the metadata index. */
  public TableNames withMeta(String name) {
    return new TableNames(name, records, marker);
  }

  /** Returns these names with another one for the records. */
  public TableNames withRecords(String name) {
    return new TableNames(meta, name, marker);
  }

  /** Returns these names with another one for the marker. */
  public TableNames withMarker(String name) {
    return new TableNames(meta, records, name);
  }

  /** Returns the name of the metadata table in a format. */
  public String metaIn(Format format) {
    return Objects.requireNonNullElse(meta, format.metaTable());
  }

  /** Returns the name of the records table. */
  public String recordsName() {
    return Objects.requireNonNullElse(records, RECORDS);
  }

  /** Returns the name of the marker's table. */
  public String markerName() {
    return Objects.requireNonNullElse(marker, MARKER);
  }

  /** Returns a checked name as a quoted SQL identifier. */
  public static String quote(String name) {
    check(name);
    return '"' + name + '"';
  }
}
