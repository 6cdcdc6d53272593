package org.kyneta.store;

import java.util.List;
import java.util.Optional;

/**
 * A durable store of documents, each an ordered stream of {@linkplain StoreRecord records} numbered
 * from 0.
 *
 * <p>The contract of every implementation:
 *
 * <ul>
 *   <li>Any number of threads, platform or virtual, may use a store at once. Calls block.
 *   <li>Every write is atomic: it is done whole, with the metadata index that belongs to it, or not
 *       at all. What has returned is stored as durably as the implementation promises.
 *   <li>The writes of one document happen one after the other, each against the state that the one
 *       before it has left, whichever store object, process or machine they come from.
 *   <li>A document's first record is metadata. Later metadata must have the same sync mode and a
 *       compatible replica type; it replaces the current one whole.
 *   <li>Whatever is lazy is a {@link Cursor} over the state of one moment.
 *   <li>A document id is any well-formed Unicode text within its {@link Limits}, the empty one and
 *       such with NUL, {@code %}, {@code _}, quotes and backslashes included. An id with an
 *       unpaired surrogate is refused by every method with {@link RecordRejectedException}.
 *   <li>Writes that take an <em>expected head</em> are done only if the document's stream is in the
 *       state that the head names, and return the head of the state that they leave. A write
 *       without one pays nothing for it.
 * </ul>
 *
 * <p>Every method throws {@link NullPointerException} for a null argument, {@link
 * StoreClosedException} after {@link #close()}, and {@link StorageException} when the storage
 * fails; {@link StorageBusyException} is the kind that may pass. A write that was cut off while it
 * was being committed throws {@link OutcomeUnknownException}. Unless it is that one, an exception
 * means that nothing has changed.
 */
public interface Store extends AutoCloseable {

  /**
   * Adds a record at the end of a document's stream; metadata becomes the document's current one.
   *
   * @param docId the document, which a record of metadata creates if it does not exist
   * @param record the record
   * @throws RecordRejectedException if the record breaks a rule of the contract
   * @throws CorruptDataException if the stored metadata that it must be checked against is broken
   */
  default void append(String docId, StoreRecord record) {
    appendAll(docId, List.of(record));
  }

  /**
   * Adds a record as {@link #append(String, StoreRecord)}, if the stream is in an expected state.
   *
   * @param docId the document
   * @param record the record
   * @param expected the state, {@link Head#ABSENT} for a document that must not exist yet
   * @return the head of the stream after it
   * @throws HeadConflictException if the stream is in another state
   * @throws RecordRejectedException if the record breaks a rule of the contract
   * @throws CorruptDataException if what must be read for it is broken
   */
  default Head append(String docId, StoreRecord record, Head expected) {
    return appendAll(docId, List.of(record), expected);
  }

  /**
   * Adds several records as one: all of them or none.
   *
   * @param docId the document
   * @param records the records in their order; iterated once, inside the transaction, so that any
   *     number of them takes bounded memory. What the iteration throws is passed on, and nothing is
   *     written. The iteration must not write to this store or close it, and may read from it only
   *     where the implementation says so; what it must not throws {@link IllegalStateException}. A
   *     cursor that was opened before may be read in any case. None at all is no error, and no
   *     write.
   * @throws RecordRejectedException if a record breaks a rule of the contract
   * @throws CorruptDataException if the stored metadata that they must be checked against is broken
   */
  void appendAll(String docId, Iterable<? extends StoreRecord> records);

  /**
   * Adds several records as {@link #appendAll(String, Iterable)}, if the stream is in an expected
   * state.
   *
   * @param docId the document
   * @param records the records in their order
   * @param expected the state, {@link Head#ABSENT} for a document that must not exist yet
   * @return the head of the stream after them
   * @throws HeadConflictException if the stream is in another state
   * @throws RecordRejectedException if a record breaks a rule of the contract
   * @throws CorruptDataException if what must be read for it is broken
   */
  Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected);

  /**
   * Puts a new stream in the place of a document's old one, numbered from 0 again.
   *
   * <p>A cursor sees the old stream or the new one, never a mixture.
   *
   * @param docId the document, which is created if it does not exist
   * @param records the new stream, with at least one record of metadata, of which the last becomes
   *     the current one; iterated once, as for {@link #appendAll(String, Iterable)}
   * @throws RecordRejectedException if a record breaks a rule of the contract, or if there is no
   *     metadata among them
   * @throws CorruptDataException if the stored metadata that they must be checked against is broken
   */
  void replace(String docId, Iterable<? extends StoreRecord> records);

  /**
   * Replaces a stream as {@link #replace(String, Iterable)}, if it is in an expected state.
   *
   * @param docId the document
   * @param records the new stream
   * @param expected the state, {@link Head#ABSENT} for a document that must not exist yet
   * @return the head of the new stream
   * @throws HeadConflictException if the stream is in another state
   * @throws RecordRejectedException if a record breaks a rule of the contract
   * @throws CorruptDataException if what must be read for it is broken
   */
  Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected);

  /**
   * Removes a document, stream and metadata. There need not be one.
   *
   * @param docId the document
   */
  void delete(String docId);

  /**
   * Removes a document as {@link #delete(String)}, if its stream is in an expected state.
   *
   * @param docId the document
   * @param expected the state
   * @throws HeadConflictException if the stream is in another state
   */
  void delete(String docId, Head expected);

  /**
   * Returns a document's records in their order; none for a document that does not exist.
   *
   * @param docId the document
   */
  default RecordCursor loadAll(String docId) {
    return loadAll(docId, 0);
  }

  /**
   * Returns a document's records from a sequence number on.
   *
   * @param docId the document
   * @param fromSeq the first sequence number, at least 0; there need not be a record with it
   * @throws IllegalArgumentException if {@code fromSeq} is negative
   * @throws StorageBusyException if too many cursors are open
   */
  RecordCursor loadAll(String docId, long fromSeq);

  /**
   * Returns a document's current metadata, without reading its stream.
   *
   * @param docId the document
   * @return the metadata, or empty if there is no such document
   * @throws CorruptDataException if it cannot be read
   */
  Optional<StoreMeta> currentMeta(String docId);

  /**
   * Returns the head of a document's stream.
   *
   * <p>Asking for it may take time in proportion to the stream's length.
   *
   * @param docId the document
   * @return the head, {@link Head#ABSENT} if there is no such document
   */
  Head head(String docId);

  /** Returns the ids of all documents, in the order of {@link DocIds#ORDER}. */
  default Cursor<String> listDocIds() {
    return listDocIds("");
  }

  /**
   * Returns the ids that begin with a prefix, in the order of {@link DocIds#ORDER}.
   *
   * <p>Its cost grows with the answer, not with the store.
   *
   * @param prefix the prefix, compared exactly
   * @throws RecordRejectedException if the prefix has an unpaired surrogate
   * @throws StorageBusyException if too many cursors are open
   */
  Cursor<String> listDocIds(String prefix);

  /**
   * Lets running writes finish and releases what the store holds. Closing it again does nothing.
   *
   * <p>What the caller supplied, such as a connection, stays open.
   *
   * @throws IllegalStateException if the records of a running write call it
   */
  @Override
  void close();
}
