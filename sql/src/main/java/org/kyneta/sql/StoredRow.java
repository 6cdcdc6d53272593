package org.kyneta.sql;

import org.jspecify.annotations.Nullable;

/**
 * A row of the records table as it is stored, which need not be what a record turns into.
 *
 * @param seq the sequence number
 * @param kind the kind, or null for NULL
 * @param payload the column's bytes, or null for NULL
 * @param blob the column's bytes, or null for NULL; the arrays are not copied
 * @param checksum the checksum, or {@link #NO_CHECKSUM} for NULL
 */
public record StoredRow(
    long seq,
    @Nullable String kind,
    byte @Nullable [] payload,
    byte @Nullable [] blob,
    long checksum) {

  /** Stands for a checksum that is not there. */
  public static final long NO_CHECKSUM = -1;

  /** Returns about how many bytes of memory this holds. */
  public int size() {
    return 64 + length(payload) + length(blob);
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
