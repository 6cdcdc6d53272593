package org.kyneta.sql;

import org.jspecify.annotations.Nullable;

/**
 * A row of the records table, as a record turns into it.
 *
 * @param seq the sequence number, at least 0
 * @param kind {@value #META} or {@value #ENTRY}
 * @param payload the JSON text
 * @param blob the bytes of an entry whose data is bytes, else null; the array is not copied
 * @param checksum the row's {@link Checksum}
 */
public record Row(long seq, String kind, String payload, byte @Nullable [] blob, long checksum) {

  /** The kind of a row of metadata. */
  public static final String META = "meta";

  /** The kind of a row of an entry. */
  public static final String ENTRY = "entry";
}
