package org.kyneta.sql;

import java.util.List;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreClosedException;

/**
 * What a cursor reads from: the rows of one query on one snapshot, taken in batches.
 *
 * <p>A feed knows nothing of its cursor, so that it can outlive one that was forgotten: {@link
 * #run()} is what a cleaner then does.
 *
 * @param <R> the type of the rows
 */
public interface RowFeed<R> extends Runnable {

  /**
   * Returns the next rows; none at the end.
   *
   * @throws StorageException if they cannot be read
   * @throws StoreClosedException if the store is closed
   */
  List<R> nextBatch();

  /** Returns whether this holds anything that must be given back, such as a connection. */
  boolean isOpen();

  /**
   * Checks that the store is open.
   *
   * @throws StoreClosedException if it is closed
   */
  void requireOpen();

  /** Gives back what this holds; it may be nothing. */
  void close();

  /** Gives back what a forgotten cursor held, and says so in the log. */
  @Override
  void run();
}
