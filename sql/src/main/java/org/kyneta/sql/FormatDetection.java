package org.kyneta.sql;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.JsonValue.JsonObject;

/**
 * Tells from what is in a database which store is there, if any: of two metadata tables the one
 * with documents counts, of one with a name of the caller's what its first row looks like.
 */
public final class FormatDetection {

  private FormatDetection() {}

  /** What must be known of a database. The calls may throw what the database's driver throws. */
  public interface Catalog {

    /** Returns what the database is called, for messages. */
    String where();

    /** Returns whether there is a table. */
    boolean exists(String table);

    /** Returns whether a table that exists has a row. */
    boolean hasRows(String table);

    /**
     * Returns the metadata in the first row of a metadata table that exists, as JSON text; empty if
     * there is no row.
     *
     * @throws IncompatibleFormatException if the table has not the columns of one
     */
    Optional<String> firstMetadata(String metaTable);

    /**
     * Returns the value that a table of the marker holds; empty if there is no such table or row.
     *
     * @throws IncompatibleFormatException if the table has not the columns of one
     */
    Optional<String> marker(String markerTable);
  }

  /**
   * Returns the format of the store that is there; empty if there is none.
   *
   * @param catalog what is there
   * @param tables the names that the store's tables have
   * @param requested the format that it must have, or null for any
   * @throws IncompatibleFormatException if there is none that may be opened
   */
  public static Optional<Format> detect(
      Catalog catalog, TableNames tables, @Nullable Format requested) {
    Optional<Format> found =
        tables.meta() == null
            ? byName(catalog, tables, requested)
            : byContent(catalog, tables, tables.meta(), requested);
    if (found.isPresent() && requested != null && found.get() != requested) {
      throw new IncompatibleFormatException(
          Reason.OTHER_FORMAT,
          catalog.where(),
          requested.toString(),
          found.get() + "; converting is a step of its own (kyneta convert)");
    }
    return found;
  }

  /**
   * Decides whether a store of format 2 may be opened.
   *
   * @throws IncompatibleFormatException if it must not
   */
  public static FormatGate.Decision gate(Catalog catalog, TableNames tables) {
    String metaTable = tables.metaIn(Format.V2);
    boolean hasDocuments = catalog.exists(metaTable) && catalog.hasRows(metaTable);
    return FormatGate.decide(
        catalog.where(), catalog.marker(tables.markerName()).orElse(null), hasDocuments);
  }

  private static Optional<Format> byName(
      Catalog catalog, TableNames tables, @Nullable Format requested) {
    boolean one = catalog.exists(Format.V1.metaTable());
    boolean two = catalog.exists(Format.V2.metaTable());
    if (one && two) {
      return Optional.of(ofTwo(catalog, requested));
    }
    if (one) {
      return Optional.of(Format.V1);
    }
    return two || catalog.exists(tables.markerName()) ? Optional.of(Format.V2) : Optional.empty();
  }

  private static Format ofTwo(Catalog catalog, @Nullable Format requested) {
    boolean oneUsed = catalog.hasRows(Format.V1.metaTable());
    boolean twoUsed = catalog.hasRows(Format.V2.metaTable());
    if (oneUsed && twoUsed) {
      throw new IncompatibleFormatException(
          Reason.SEVERAL_FORMATS,
          catalog.where(),
          "documents in one format",
          "documents in %s and in %s; name one with the option for table names, or move one out of"
                  .formatted(Format.V1.metaTable(), Format.V2.metaTable())
              + " the way and convert it (kyneta convert)");
    }
    if (oneUsed != twoUsed) {
      return oneUsed ? Format.V1 : Format.V2;
    }
    return requested == null ? Format.V1 : requested;
  }

  private static Optional<Format> byContent(
      Catalog catalog, TableNames tables, String metaTable, @Nullable Format requested) {
    if (!catalog.exists(metaTable)) {
      return Optional.empty();
    }
    Optional<String> data = catalog.firstMetadata(metaTable);
    if (data.isPresent()) {
      return Optional.of(formatOf(catalog, metaTable, data.get()));
    }
    if (requested != null) {
      return Optional.of(requested);
    }
    return Optional.of(catalog.exists(tables.markerName()) ? Format.V2 : Format.V1);
  }

  private static Format formatOf(Catalog catalog, String metaTable, String data) {
    try {
      JsonObject json = Json.parseObject(data);
      for (Format format : Format.values()) {
        if (json.members().containsKey(format.syncMember())) {
          return format;
        }
      }
    } catch (IllegalArgumentException e) {
      // Whatever it is, it is not metadata: refused below.
    }
    throw new IncompatibleFormatException(
        Reason.NOT_A_STORE,
        catalog.where() + ", table " + metaTable,
        "metadata with a member syncProtocol or syncMode",
        "a row without");
  }
}
