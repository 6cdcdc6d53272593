package org.kyneta.sql;

import java.util.function.Consumer;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;

/**
 * A store that keeps its records as rows of tables, and can be looked into as a whole.
 *
 * <p>What {@link #statistics} and {@link #verify} say is the state of one moment, whoever writes
 * meanwhile; they take memory in proportion to the largest record.
 */
public interface SqlStore extends Store {

  /** Returns the format of what this store keeps. */
  Format format();

  /** Returns the names of this store's tables. */
  TableNames tables();

  /**
   * Counts what this store holds, on one snapshot. It reads all records' sizes.
   *
   * @param largest how many of the largest streams to name, at least 0
   * @param progress is told how many streams were counted
   * @throws IllegalArgumentException if {@code largest} is negative
   * @throws StoreClosedException if the store is closed
   * @throws StorageException if the database fails
   */
  StoreStatistics statistics(int largest, Progress progress);

  /**
   * Goes through the whole store, on one snapshot: every checksum, and every rule of the contract,
   * and whatever else the database can say about its soundness.
   *
   * @param findings is given what is found, as it is found; what it throws ends the verification
   * @param progress is told how many records were read
   * @throws StoreClosedException if the store is closed
   * @throws StorageException if the database fails otherwise than by what is damaged in it
   */
  VerificationReport verify(Consumer<Finding> findings, Progress progress);
}
