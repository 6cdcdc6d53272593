package org.kyneta.store;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A lazy sequence of stored things, as they were at the moment at which the cursor was returned,
 * whatever is written afterwards and by whom.
 *
 * <p>A cursor never blocks a writer. Close it when done, best by try-with-resources; leaving it
 * early is safe, and a forgotten one is reclaimed. One that has been read to its end holds nothing.
 * A cursor may be handed from thread to thread, but not used by two at once.
 *
 * <p>{@link #hasNext()} and {@link #next()} throw {@link CorruptDataException} for an element that
 * cannot be read, again and again: a cursor never skips one; {@link StorageException} when the
 * storage fails; and {@link StoreClosedException} once the cursor or its store has been closed.
 *
 * @param <T> the type of the elements
 */
public interface Cursor<T> extends Iterator<T>, AutoCloseable {

  /** Releases what the cursor holds. Closing it again does nothing. */
  @Override
  void close();

  /**
   * Returns the remaining elements as a stream, which closes this cursor when it is closed.
   *
   * @return a sequential, ordered stream; use it in place of the iterator, not beside it
   */
  default Stream<T> stream() {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, characteristics), /* parallel= */ false)
        .onClose(this::close);
  }
}
