package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.CompactionPolicy.Plain;
import org.kyneta.relay.document.Stream.Saved;
import org.kyneta.relay.replica.Merge;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Relation;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Position;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StreamView;
import org.kyneta.store.SyncMode;
import org.kyneta.store.SyncMode.Delivery;

/**
 * A document's replica in memory and its stream in the store, which hold the same except between
 * {@link #merge} and {@link #save}, as far as the stream was read. Not thread-safe.
 */
final class Content {

  private final String docId;
  private final Replicas replicas;
  private final Stream stream;
  private final List<Entry> unsaved = new ArrayList<>();
  private Growth growth = new Growth();
  private long unsavedBytes;
  private @Nullable StoreMeta meta;

  /** Whether the stream could not be compacted as it is. */
  private boolean uncompactable;

  private boolean stored;
  private @Nullable Replica replica;

  /** The version that peers were told last, where others may have written since. */
  private @Nullable String told;

  Content(String docId, Stream stream, Replicas replicas) {
    this.docId = docId;
    this.replicas = replicas;
    this.stream = stream;
  }

  /**
   * Brings the replica into memory, if it is not there.
   *
   * @param unknown the metadata of a document that nobody has told anything about yet, or null
   * @return whether it is another than peers were told
   * @throws RefusedException if the stream cannot be read whole
   */
  boolean load(@Nullable StoreMeta unknown) throws RefusedException {
    return replica == null && take(stream.read(), unknown);
  }

  private boolean take(Optional<Stored> read, @Nullable StoreMeta unknown) {
    stored = read.isPresent();
    if (read.isPresent()) {
      meta = read.get().meta();
      replica = read.get().replica();
      growth = read.get().growth();
    } else {
      growth.restart(0);
      if (meta == null) {
        meta = unknown;
      }
      replica = meta == null ? null : replicas.empty(meta);
    }
    return isOther();
  }

  private boolean isOther() {
    String before = told;
    told = null;
    try {
      return before != null && (replica == null || replica.relationTo(before) != Relation.EQUAL);
    } catch (UnreadableException e) {
      return true;
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

  /** Takes note of what is in the store of a document that need not be in memory. */
  void know(StoreMeta current) {
    meta = current;
    stored = true;
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
    if (unsaved.isEmpty() && stream instanceof SharedStream) {
      told = replica().version();
    }
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

  /**
   * Stores what was learnt, all or nothing; if that fails, memory forgets it as well. What others
   * have written meanwhile must be {@linkplain #catchUp taken in} next; where their order matters
   * nothing was stored then, and it still waits.
   */
  Saved save() {
    String before = told;
    boolean failed = true;
    try {
      Saved done = stream.append(records(), /* inOrder= */ !isCollaborative());
      failed = false;
      if (done != Saved.NOT) {
        saved();
      }
      return done;
    } catch (RecordRejectedException e) {
      // Nothing is tried again: whoever reads the stream next must see what others have added.
      failed = false;
      unload();
      told = before;
      throw e;
    } finally {
      if (failed) {
        unload();
      }
    }
  }

  private List<StoreRecord> records() {
    List<StoreRecord> records = new ArrayList<>(unsaved.size() + 1);
    if (!stored) {
      records.add(StoreRecord.meta(Objects.requireNonNull(meta)));
    }
    records.addAll(unsaved);
    return records;
  }

  private void saved() {
    stored = true;
    unsaved.forEach(this::written);
    forgetUnsaved();
  }

  private void written(Entry entry) {
    growth.written(entry);
    uncompactable = false;
  }

  private void forgetUnsaved() {
    unsaved.clear();
    unsavedBytes = 0;
    told = null;
  }

  /** Returns how far the stream was read, or null if nobody else writes to it. */
  @Nullable Position position() {
    return stream instanceof SharedStream shared ? shared.position() : null;
  }

  private SharedStream shared() {
    return (SharedStream) stream;
  }

  /**
   * Takes in what others have written to the stream. Changes that wait to be saved and whose order
   * is of no matter go on waiting; all others are forgotten, and must be merged again on top.
   *
   * @throws RefusedException if it cannot be read whole; the replica is not in memory then
   */
  News catchUp() throws RefusedException {
    SharedStream shared = shared();
    Position before = shared.position();
    if (unsaved.isEmpty()) {
      told = replica().version();
    }
    // What was merged on top of the stream's last end cannot be taken back, but read without it.
    boolean again = !unsaved.isEmpty() && !isCollaborative();
    boolean done = false;
    try {
      News news = shared.read(again ? Position.ABSENT : before, view -> take(view, before, again));
      done = true;
      return news;
    } finally {
      if (!done) {
        unload();
      }
    }
  }

  private News take(StreamView view, Position before, boolean again) throws RefusedException {
    boolean replaced =
        again
            ? !view.end().reaches(before)
            : view.isWhole() || !view.end().stream().equals(before.stream());
    if (replaced) {
      String version = told;
      forgetUnsaved();
      told = version;
      // Whatever it was before: memory and store must hold the same, and no more.
      return difference(take(shared().whole(view), null), version);
    }
    if (again) {
      forgetUnsaved();
      replica = replicas.empty(Objects.requireNonNull(meta));
      growth.restart(0);
    }
    return adopt(view.records(), before.lastSeq());
  }

  /** Returns what those lack who were told a version; if that can be told at all. */
  private News difference(boolean isOther, @Nullable String version) {
    try {
      if (isOther
          && version != null
          && replica != null
          && replica.relationTo(version) == Relation.AHEAD) {
        Doubt doubt = isOfImages() ? Doubt.ALL : Doubt.NONE;
        List<Merge> merges = new ArrayList<>();
        for (Entry entry : replica.export(version)) {
          merges.add(new Learned(entry, false, entry, false, doubt));
        }
        return new News(merges, false);
      }
    } catch (UnreadableException e) {
      return new News(List.of(), true);
    }
    return new News(List.of(), isOther);
  }

  private boolean isOfImages() {
    return meta != null && meta.syncMode().delivery() == Delivery.SNAPSHOT_ONLY;
  }

  private News adopt(RecordCursor records, long known) throws RefusedException {
    List<Merge> merges = new ArrayList<>();
    boolean isOther = false;
    while (records.hasNext()) {
      if (records.next() instanceof Entry entry) {
        if (records.seq() <= known) {
          Stored.hydrate(replica(), entry, docId, records.seq());
          growth.written(entry);
        } else {
          Merge merge = adopt(entry, records.seq());
          merges.add(merge);
          isOther |= isReset(merge);
          written(entry);
        }
      }
    }
    return new News(merges, isOther);
  }

  private Merge adopt(Entry entry, long seq) throws RefusedException {
    try {
      return replica().adopt(entry);
    } catch (UnreadableException e) {
      throw Stored.broken(docId, seq, e);
    }
  }

  /** Returns whether a history has taken the place of another, which peers must not mix up. */
  private boolean isReset(Merge merge) {
    return merge instanceof Learned learned
        && learned.relayed().payload().kind() == Kind.ENTIRETY
        && Objects.requireNonNull(meta).syncMode().equals(SyncMode.AUTHORITATIVE);
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
    forgetUnsaved();
  }

  /** Removes the replica from memory, while peers go on following the document. */
  void rest() {
    String version =
        replica == null || !unsaved.isEmpty() || !(stream instanceof SharedStream)
            ? null
            : replica.version();
    unload();
    told = version;
  }

  /** Returns whether the stream has grown so much that it should be compacted. */
  boolean shouldBeCompacted(CompactionPolicy policy) {
    return stored
        && !uncompactable
        && meta != null
        && (policy.plain() == Plain.COMPACTED || !meta.syncMode().equals(SyncMode.AUTHORITATIVE))
        && growth.calls(policy, isOfImages());
  }

  /**
   * Compacts the stream. Whatever becomes of it, the next attempt is for the next growth; and if it
   * fails, only after something was added, even where the stream is read anew meanwhile.
   */
  Compactor.@Nullable Result compact() throws RefusedException {
    growth.restart(0);
    uncompactable = true;
    Compactor.Result result;
    try {
      result = stream.compact();
      uncompactable = false;
    } catch (HeadConflictException e) {
      uncompactable = false;
      throw e;
    }
    growth.restart(result == null ? 0 : result.bytes());
    return result;
  }

  /** Returns about how many bytes of memory the replica takes. */
  long footprint() {
    return replica == null ? 0 : replica.footprint();
  }
}
