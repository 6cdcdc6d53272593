package org.kyneta.store;

import java.util.Objects;

/**
 * How far a reader has come in a document's stream.
 *
 * <p>Unlike a {@link Head} it says nothing of what the records hold, and so costs next to nothing:
 * a stream of one name is only ever added to, and whatever takes its place has another name. It
 * means something only to the store, or the stores over the same database, that it comes from.
 *
 * @param stream the name of the stream, opaque; empty for a document that does not exist
 * @param lastSeq the sequence number of the last record that was read, or -1
 */
public record Position(String stream, long lastSeq) {

  /** Where a document ends that does not exist, and where nothing was read of one that does. */
  public static final Position ABSENT = new Position("", -1);

  /**
   * Checks the parts.
   *
   * @throws NullPointerException if the name is null
   * @throws IllegalArgumentException if the number is below -1
   */
  public Position {
    Objects.requireNonNull(stream, "stream");
    if (lastSeq < -1) {
      throw new IllegalArgumentException(
          "expected a sequence number of at least -1, found " + lastSeq);
    }
  }

  /** Returns whether whoever has read up to here has read up to another position as well. */
  public boolean reaches(Position other) {
    return stream.equals(other.stream) && lastSeq >= other.lastSeq;
  }
}
