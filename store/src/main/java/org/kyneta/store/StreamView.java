package org.kyneta.store;

import org.jspecify.annotations.Nullable;

/**
 * A document's stream, or its end, as it was at one moment. Its records are for one thread at a
 * time, as those of every cursor.
 *
 * @param end the position after the last record, {@link Position#ABSENT} if there is no such
 *     document
 * @param isWhole whether the records begin with the first of the stream, since the stream is
 *     another than the one that was known
 * @param meta the current metadata, null only if there is no such document
 * @param records the records in their order, to be closed
 */
public record StreamView(
    Position end, boolean isWhole, @Nullable StoreMeta meta, RecordCursor records)
    implements AutoCloseable {

  /** Closes the records. */
  @Override
  public void close() {
    records.close();
  }
}
