package org.kyneta.relay.document;

import java.util.Optional;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.DocIds;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A document as it was read from its stream.
 *
 * @param meta its metadata
 * @param replica what its entries make
 * @param entries how many there are
 * @param growth how much the stream has grown since it was compacted
 */
record Stored(StoreMeta meta, Replica replica, long entries, Growth growth) {

  /**
   * Reads a document; one entry after the other, so that only the replica takes memory.
   *
   * @return empty if there is no such document
   * @throws RefusedException if what is there cannot be read whole; nothing is ever skipped
   */
  static Optional<Stored> read(Store store, String docId, Replicas replicas)
      throws RefusedException {
    try {
      Optional<StoreMeta> meta = store.currentMeta(docId);
      if (meta.isEmpty()) {
        return Optional.empty();
      }
      try (RecordCursor records = store.loadAll(docId)) {
        return Optional.of(read(records, docId, meta.get(), replicas));
      }
    } catch (CorruptDataException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads a document from all of its records.
   *
   * @throws RefusedException if they cannot be read whole
   */
  static Stored read(RecordCursor records, String docId, StoreMeta meta, Replicas replicas)
      throws RefusedException {
    if (!Replicas.supports(meta.replicaType(), meta.syncMode())) {
      throw new RefusedException(
          "document %s: expected a replica type and a sync mode that belong together, found %s and %s"
              .formatted(DocIds.show(docId), meta.replicaType(), meta.syncMode()),
          null);
    }
    Replica replica = replicas.empty(meta);
    Growth growth = new Growth();
    long entries = 0;
    while (records.hasNext()) {
      if (records.next() instanceof Entry entry) {
        hydrate(replica, entry, docId, records.seq());
        growth.read(entry, entries == 0);
        entries++;
      }
    }
    return new Stored(meta, replica, entries, growth);
  }

  static void hydrate(Replica replica, Entry entry, String docId, long seq)
      throws RefusedException {
    try {
      replica.hydrate(entry);
    } catch (UnreadableException e) {
      throw broken(docId, seq, e);
    }
  }

  static RefusedException broken(String docId, long seq, UnreadableException e) {
    return new RefusedException(
        "document %s, record %d: %s".formatted(DocIds.show(docId), seq, e.getMessage()), e);
  }
}
