package org.kyneta.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store over a database that others write to as well, who each keep documents in memory: it tells
 * which part of a stream they lack, and lets them write only on top of what they have read.
 *
 * <p>To the contract of {@link Store} it adds that a stream has a {@link Position}, which is read
 * together with the records before it, as of one moment.
 */
public interface SharedStore extends Store {

  /**
   * Reads what follows a position; the whole stream if that is another one than the position's.
   *
   * @param docId the document
   * @param known up to where it was read, {@link Position#ABSENT} for nothing
   * @return the records and the position behind them, to be closed
   * @throws CorruptDataException if the metadata cannot be read
   * @throws StorageBusyException if too many cursors are open
   */
  StreamView read(String docId, Position known);

  /**
   * Adds records at the end of a stream, all or none, if it ends where the caller expects. Appends
   * of several callers may share a transaction; none fails for another's stream.
   *
   * @param docId the document
   * @param records the records, at least one
   * @param expected where the stream ends, {@link Position#ABSENT} for a document that must not
   *     exist yet
   * @return the position after the last record; empty if the stream ends elsewhere, and nothing was
   *     written
   * @throws IllegalArgumentException if there are no records
   * @throws RecordRejectedException if a record breaks a rule of the contract
   * @throws CorruptDataException if the stored metadata that they must be checked against is broken
   */
  Optional<Position> appendAt(String docId, List<? extends StoreRecord> records, Position expected);

  /**
   * Adds records at the end of a stream, all or none, wherever that is: for those whose order among
   * others' is of no matter. From the position the caller sees whether others came between.
   *
   * @param docId the document
   * @param records the records, at least one
   * @return the position after the last of them
   * @throws IllegalArgumentException if there are none
   * @throws RecordRejectedException if a record breaks a rule of the contract
   * @throws CorruptDataException if the stored metadata that they must be checked against is broken
   */
  Position appendAnywhere(String docId, List<? extends StoreRecord> records);

  /**
   * Puts a new stream in the place of a document's old one, if that ends where the caller expects.
   *
   * @param docId the document
   * @param records the new stream, with at least one record of metadata
   * @param expected where the old stream ends, {@link Position#ABSENT} for a document that must not
   *     exist yet
   * @return the position after the last record; empty if the old stream ends elsewhere, and nothing
   *     was written
   * @throws RecordRejectedException if a record breaks a rule of the contract, or if there is no
   *     metadata among them
   * @throws CorruptDataException if the stored metadata that they must be checked against is broken
   */
  Optional<Position> replaceAt(
      String docId, List<? extends StoreRecord> records, Position expected);

  /**
   * Returns where the streams of documents end, as of one moment.
   *
   * @param docIds the documents, some thousand at most
   * @return the positions of those that exist
   */
  Map<String, Position> positions(Collection<String> docIds);

  /**
   * Begins to tell others what is written here, and to be told what they write.
   *
   * @param listener is told
   * @return the feed, to be closed before the store
   * @throws StorageException if the database cannot be reached, or only in a way in which it cannot
   *     tell anything, such as through a pooler that gives each transaction another session
   */
  ChangeFeed openFeed(ChangeFeed.Listener listener);
}
