package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.CompactionPolicy.Plain;
import org.kyneta.relay.replica.Merge;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;
import org.kyneta.store.SyncMode.Delivery;

/**
 * A document's replica in memory and its stream in the store, which hold the same except between
 * {@link #merge} and {@link #save}. Not thread-safe.
 */
final class Content {

  private final String docId;
  private final Store store;
  private final Replicas replicas;
  private final Compactor compactor;
  private final List<Entry> unsaved = new ArrayList<>();
  private Growth growth = new Growth();
  private long unsavedBytes;
  private @Nullable StoreMeta meta;
  private boolean stored;
  private @Nullable Replica replica;

  Content(String docId, Store store, Replicas replicas) {
    this.docId = docId;
    this.store = store;
    this.replicas = replicas;
    this.compactor = new Compactor(store, replicas);
  }

  /**
   * Brings the replica into memory, if it is not there.
   *
   * @param unknown the metadata of a document that nobody has told anything about yet, or null
   * @throws RefusedException if the stream cannot be read whole
   */
  void load(@Nullable StoreMeta unknown) throws RefusedException {
    if (replica != null) {
      return;
    }
    Optional<Stored> read = Stored.read(store, docId, replicas);
    if (read.isPresent()) {
      meta = read.get().meta();
      replica = read.get().replica();
      growth = read.get().growth();
      stored = true;
      return;
    }
    stored = false;
    growth.restart(0);
    if (meta == null) {
      meta = unknown;
    }
    if (meta != null) {
      replica = replicas.empty(meta);
    }
  }

  /** Returns whether the replica is in memory. */
  boolean isLoaded() {
    return replica != null;
  }

  /** Returns whether there is anything in the store. */
  boolean isStored() {
    return stored;
  }

  /** Returns the metadata, or null if it is not known yet. */
  @Nullable StoreMeta meta() {
    return meta;
  }

  /** Returns whether all may write at once, so that both sides must tell what they have. */
  boolean isCollaborative() {
    return meta != null && meta.syncMode().equals(SyncMode.COLLABORATIVE);
  }

  /** Returns the replica, which must be in memory. */
  Replica replica() {
    return Objects.requireNonNull(replica);
  }

  /** Takes in an offer; what it teaches is saved by {@link #save} and must not be told before. */
  Merge merge(Entry offer) throws UnreadableException {
    Merge merge = replica().merge(offer);
    if (merge instanceof Learned learned) {
      if (learned.replacesLast() && !unsaved.isEmpty()) {
        unsavedBytes -= Growth.size(unsaved.removeLast());
      }
      unsaved.add(learned.stored());
      unsavedBytes += Growth.size(learned.stored());
    }
    return merge;
  }

  /** Returns how many bytes wait to be saved. */
  long unsavedBytes() {
    return unsavedBytes;
  }

  /** Stores what was learnt, all or nothing; if that fails, memory forgets it as well. */
  void save() {
    boolean saved = false;
    try {
      List<StoreRecord> records = new ArrayList<>(unsaved.size() + 1);
      if (!stored) {
        records.add(StoreRecord.meta(Objects.requireNonNull(meta)));
      }
      records.addAll(unsaved);
      store.appendAll(docId, records);
      saved = true;
      stored = true;
      unsaved.forEach(growth::written);
    } finally {
      unsaved.clear();
      unsavedBytes = 0;
      if (!saved) {
        unload();
      }
    }
  }

  /** Removes a replica from memory that cannot be trusted; what waits to be saved still does. */
  void abandonReplica() {
    replica = null;
  }

  /** Returns whether anything waits to be saved. */
  boolean hasUnsaved() {
    return !unsaved.isEmpty();
  }

  /** Removes the replica from memory; what is not saved is lost. */
  void unload() {
    replica = null;
    unsaved.clear();
    unsavedBytes = 0;
  }

  /** Returns whether the stream has grown so much that it should be compacted. */
  boolean shouldBeCompacted(CompactionPolicy policy) {
    return stored
        && meta != null
        && (policy.plain() == Plain.COMPACTED || !meta.syncMode().equals(SyncMode.AUTHORITATIVE))
        && growth.calls(policy, meta.syncMode().delivery() == Delivery.SNAPSHOT_ONLY);
  }

  /** Compacts the stream. Whatever becomes of it, the next attempt is for the next growth. */
  Compactor.@Nullable Result compact() throws RefusedException {
    growth.restart(0);
    Compactor.Result result = compactor.compact(docId).orElse(null);
    growth.restart(result == null ? 0 : result.bytes());
    return result;
  }

  /** Returns about how many bytes of memory the replica takes. */
  long footprint() {
    return replica == null ? 0 : replica.footprint();
  }
}
