package org.kyneta.relay.document;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** A document's stream in the store, as the one who has the document in memory uses it. */
sealed interface Stream permits SoleStream, SharedStream {

  /** Returns the stream of a document, which is shared if there are neighbours. */
  static Stream of(String docId, Store store, Replicas replicas, @Nullable Neighbours neighbours) {
    return neighbours == null
        ? new SoleStream(docId, store, replicas)
        : new SharedStream(docId, neighbours, replicas);
  }

  /**
   * Reads the document.
   *
   * @return empty if there is no such document
   * @throws RefusedException if the stream cannot be read whole
   */
  Optional<Stored> read() throws RefusedException;

  /**
   * Adds records, all or none.
   *
   * @param inOrder whether they must follow nothing but what was read
   */
  Saved append(List<StoreRecord> records, boolean inOrder);

  /** What became of records that were to be added. */
  enum Saved {
    /** They are stored, behind what was read. */
    DONE,
    /** They are stored, behind what others have written, which must be read. */
    BEHIND_OTHERS,
    /** They are not: others have written what must be read before. */
    NOT
  }

  /**
   * Compacts the stream.
   *
   * @return what became of it; null if nothing did, as there is none or others have written to it
   * @throws RefusedException if the stream cannot be read whole
   */
  Compactor.@Nullable Result compact() throws RefusedException;
}
