package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kyneta.relay.replica.Relation;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Puts as few entries as can be in the place of a document's stream.
 *
 * <p>What is written is made of the stream as it is stored, whatever is in memory, and only if
 * reading it back gives the same replica. It is written in one step, and only if the stream is
 * still the one that was read, so neither a crash nor another writer can make it lose anything.
 */
public final class Compactor {

  private final Store store;
  private final Replicas replicas;

  /**
   * Makes a compactor.
   *
   * @param store where the documents are
   * @param replicas makes replicas
   */
  public Compactor(Store store, Replicas replicas) {
    this.store = store;
    this.replicas = replicas;
  }

  /**
   * What a stream was and is.
   *
   * @param entriesBefore how many entries it had
   * @param entries how many it has
   * @param bytes the size of their payloads in bytes
   */
  public record Result(long entriesBefore, long entries, long bytes) {}

  /**
   * Compacts a document.
   *
   * @param docId the document
   * @return what became of it; a stream that cannot become shorter is left as it is. Empty if there
   *     is no such document
   * @throws RefusedException if its stream cannot be read whole
   * @throws org.kyneta.store.HeadConflictException if somebody has written to it meanwhile
   */
  public Optional<Result> compact(String docId) throws RefusedException {
    Head head = store.head(docId);
    Optional<Stored> read = Stored.read(store, docId, replicas);
    return read.isEmpty()
        ? Optional.empty()
        : Optional.of(compact(docId, read.get(), records -> store.replace(docId, records, head)));
  }

  /** Compacts a document that was read, by what puts records in the place of its stream. */
  Result compact(String docId, Stored stored, Consumer<List<StoreRecord>> replacing)
      throws RefusedException {
    List<Entry> compacted = stored.replica().compacted();
    long bytes = compacted.stream().mapToLong(Growth::size).sum();
    if (compacted.size() >= stored.entries()) {
      return new Result(stored.entries(), stored.entries(), bytes);
    }
    requireSame(docId, stored, compacted);
    List<StoreRecord> records = new ArrayList<>();
    records.add(StoreRecord.meta(stored.meta()));
    records.addAll(compacted);
    replacing.accept(records);
    return new Result(stored.entries(), compacted.size(), bytes);
  }

  private void requireSame(String docId, Stored stored, List<Entry> compacted)
      throws RefusedException {
    Replica again = replicas.empty(stored.meta());
    try {
      for (Entry entry : compacted) {
        again.hydrate(entry);
      }
      if (again.relationTo(stored.replica().version()) == Relation.EQUAL
          && again.compacted().equals(compacted)) {
        return;
      }
    } catch (UnreadableException e) {
      throw new RefusedException(
          "document %s: compacted entries are broken: %s"
              .formatted(DocIds.show(docId), e.getMessage()),
          e);
    }
    throw new RefusedException(
        "document %s: expected compacted entries to make the same replica, found another"
            .formatted(DocIds.show(docId)),
        null);
  }
}
