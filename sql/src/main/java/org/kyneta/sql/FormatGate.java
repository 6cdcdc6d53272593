package org.kyneta.sql;

import org.jspecify.annotations.Nullable;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;

/** Decides from its marker whether a store of format 2 may be opened. */
public final class FormatGate {

  /** The key of the marker's row. */
  public static final String KEY = "format";

  /** The marker that a new store gets. */
  public static final String MARKER = "{\"major\":1,\"minor\":0}";

  private static final int MAJOR = 1;

  private FormatGate() {}

  /** What is to be done with a store that may be opened. */
  public enum Decision {
    /** Nothing: it carries a marker that fits. */
    ACCEPT,
    /** It is new, and must be given the marker. */
    STAMP
  }

  /**
   * Decides.
   *
   * @param where the file or database, for messages
   * @param marker the marker's value, or null if there is none
   * @param hasDocuments whether the store holds documents
   * @throws IncompatibleFormatException if the store must not be opened
   */
  public static Decision decide(String where, @Nullable String marker, boolean hasDocuments) {
    if (marker == null) {
      if (hasDocuments) {
        throw new IncompatibleFormatException(
            Reason.UNVERSIONED_EXISTING_DATA,
            where,
            "a marker such as " + MARKER + " beside the documents of format 2",
            "documents without one");
      }
      return Decision.STAMP;
    }
    int major = major(where, marker);
    if (major != MAJOR) {
      throw new IncompatibleFormatException(
          Reason.INCOMPATIBLE_MAJOR, where, "major version " + MAJOR, "major version " + major);
    }
    return Decision.ACCEPT;
  }

  private static int major(String where, String marker) {
    try {
      JsonObject json = Json.parseObject(marker);
      if (json.members().get("major") instanceof JsonNumber major
          && json.members().get("minor") instanceof JsonNumber minor) {
        int value = Integer.parseInt(major.literal());
        if (value >= 0 && Integer.parseInt(minor.literal()) >= 0) {
          return value;
        }
      }
    } catch (IllegalArgumentException e) {
      // What cannot be read is refused below, like whatever can be read and is not a version.
    }
    String shown = marker.length() > 80 ? marker.substring(0, 80) + "…" : marker;
    throw new IncompatibleFormatException(
        Reason.MALFORMED_VERSION, where, "a marker such as " + MARKER, shown);
  }
}
