package org.kyneta.relay.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord.Entry;

/**
 * What the relay holds of one document: enough to merge what peers offer, to tell whether a peer
 * lacks something, and to give it that, without knowing the document's schema.
 *
 * <p>An {@link Entry} is a payload with the version of a peer, or of this replica, after it: both
 * what is stored and what an offer carries. Not thread-safe: a document's calls follow each other.
 * After an exception a replica is as it was before.
 */
public sealed interface Replica
    permits EphemeralReplica, LoroReplica, PlainReplica, StateReplica, YjsReplica {

  /** Returns the version as peers read it, the empty string never. */
  String version();

  /**
   * Says how this replica's version relates to that of a peer.
   *
   * @param version the peer's version
   * @throws UnreadableException if it is not a version
   */
  Relation relationTo(String version) throws UnreadableException;

  /**
   * Takes in what a peer offers.
   *
   * @param offer the payload and the peer's version after it
   * @throws UnreadableException if the payload or the version is broken
   */
  Merge merge(Entry offer) throws UnreadableException;

  /**
   * Takes in an entry of the document's stored stream, in its order. Overlaps between entries are
   * taken once.
   *
   * @param entry the entry
   * @throws UnreadableException if the entry is broken
   */
  void hydrate(Entry entry) throws UnreadableException;

  /**
   * Takes in an entry that somebody else has stored on top of what was stored before, all of which
   * is here. The version becomes the one that everybody has who reads the stream up to there.
   *
   * @param stored the entry
   * @return what those who had everything before must be sent
   * @throws UnreadableException if the entry is broken
   */
  default Merge adopt(Entry stored) throws UnreadableException {
    return merge(stored);
  }

  /**
   * Answers an interest: what the peer lacks, as offers in their order. An answer to a peer that
   * lacks nothing may be empty, or hold an offer without content that tells the peer so.
   *
   * @param version the peer's version, or null or empty for a peer that has nothing
   * @throws UnreadableException if it is not a version
   */
  List<Entry> export(@Nullable String version) throws UnreadableException;

  /**
   * Answers an interest of a peer that may hold something else than this replica, whatever its
   * version says, such that it takes this over unless it has written since.
   *
   * @param version the peer's version, or null or empty for a peer that has nothing
   * @throws UnreadableException if it is not a version
   */
  default List<Entry> correct(@Nullable String version) throws UnreadableException {
    return export(version);
  }

  /**
   * Returns everything, as few entries as can be, such that a new replica that hydrates them equals
   * this one: what the stored stream is replaced by when it is compacted.
   */
  List<Entry> compacted();

  /** Returns about how many bytes of memory this takes. */
  long footprint();
}
