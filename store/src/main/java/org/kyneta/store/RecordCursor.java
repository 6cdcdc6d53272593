package org.kyneta.store;

/** A cursor over the records of one document, in the order of their sequence numbers. */
public interface RecordCursor extends Cursor<StoreRecord> {

  /**
   * Returns the sequence number of the record that {@link #next()} returned last.
   *
   * @return a number of at least 0
   * @throws IllegalStateException if {@code next()} has not returned a record yet
   */
  long seq();
}
