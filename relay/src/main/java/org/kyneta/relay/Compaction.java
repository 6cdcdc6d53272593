package org.kyneta.relay;

import java.time.InstantSource;
import java.util.Optional;
import org.kyneta.relay.document.Compactor;
import org.kyneta.relay.document.RefusedException;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.Store;

/**
 * Puts as few entries as can be in the place of a document's stream, outside of a relay; a relay
 * does so by itself as streams grow, but not with plain documents unless it is told to: once they
 * are compacted, the original's relay misreads them. Clients and the original's store do not.
 *
 * <p>A document keeps its content and its version, and clients notice nothing. What is written is
 * checked before, by reading it back, and is written in one step and only if nobody has written to
 * the document meanwhile. Thread-safe.
 */
public final class Compaction {

  private final Store store;

  /**
   * Makes a compaction.
   *
   * @param store the store, which stays open
   */
  public Compaction(Store store) {
    this.store = store;
  }

  /**
   * What a stream was and is.
   *
   * @param entriesBefore how many entries it had
   * @param entries how many it has; as many as before if it could not become shorter and was left
   *     as it is
   * @param bytes the size of their payloads in bytes
   */
  public record Result(long entriesBefore, long entries, long bytes) {}

  /**
   * Compacts a document.
   *
   * @param docId the document
   * @return what became of it, or empty if there is no such document
   * @throws UnsuitableException if its stream cannot be read whole, or is of a type that the relay
   *     does not know; it was left as it is
   * @throws org.kyneta.store.HeadConflictException if somebody has written to it meanwhile
   * @throws org.kyneta.store.StorageException if the storage fails; nothing was written
   * @throws org.kyneta.store.OutcomeUnknownException if it is not known whether it was written
   */
  public Optional<Result> compact(String docId) throws UnsuitableException {
    try {
      return new Compactor(store, new Replicas(InstantSource.system()))
          .compact(docId)
          .map(done -> new Result(done.entriesBefore(), done.entries(), done.bytes()));
    } catch (RefusedException e) {
      throw new UnsuitableException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Thrown for a document that cannot be compacted; the message says which, and why. */
  public static final class UnsuitableException extends Exception {

    private static final long serialVersionUID = 1L;

    private UnsuitableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
