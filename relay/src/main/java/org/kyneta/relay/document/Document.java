package org.kyneta.relay.document;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.Meters.Drop;
import org.kyneta.relay.document.Task.Dismissed;
import org.kyneta.relay.document.Task.Foreign;
import org.kyneta.relay.document.Task.FromPeer;
import org.kyneta.relay.document.Task.Interested;
import org.kyneta.relay.document.Task.Left;
import org.kyneta.relay.document.Task.Offered;
import org.kyneta.relay.document.Task.Own;
import org.kyneta.relay.document.Task.Presented;
import org.kyneta.relay.document.Task.Rest;
import org.kyneta.relay.document.Task.Retry;
import org.kyneta.relay.document.Task.Unload;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.DocIds;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Position;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreMeta;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One document: its tasks are done in their order by one thread at a time. Offers that wait one
 * behind the other are merged, stored by one write, and only then relayed; whatever else tells a
 * peer about the content is done between such batches, when memory and store hold the same.
 *
 * <p>When the storage fails, what is in memory is thrown away and nothing is told to anybody. What
 * peers ask meanwhile waits until the storage can be read again; then they are asked for what they
 * have, since only they know what was lost on the way.
 */
final class Document {

  private static final Logger LOG = LoggerFactory.getLogger(Document.class);

  private final String id;
  private final Hub hub;
  private final Mailbox mailbox;
  private final Content content;
  private final Batch batch;
  private final Audience audience;
  private final Others others;
  private final Outage outage;
  private final Drops drops;
  private boolean refused;

  Document(String id, Hub hub) {
    this.id = id;
    this.hub = hub;
    this.mailbox = new Mailbox(hub.workers, this::work);
    this.content =
        new Content(id, Stream.of(id, hub.store, hub.replicas, hub.neighbours), hub.replicas);
    this.audience =
        new Audience(id, content, hub, delay -> hub.later(delay, () -> post(new Rest())));
    this.outage = new Outage(delay -> hub.later(delay, () -> post(new Retry())), System::nanoTime);
    this.drops = new Drops(id, hub.meters);
    this.others = new Others(this, content, audience, hub);
    this.batch = new Batch(this, content, audience, others, hub.meters);
  }

  String id() {
    return id;
  }

  /** Adds a task; returns whether it was, which it is not once the document is forgotten. */
  boolean post(Task task) {
    return mailbox.post(task);
  }

  /** Returns how far the stream was read; null if that need not be compared with anything. */
  @Nullable Position position() {
    return others.position();
  }

  /** Returns what peers are told about this document, or null while it is empty. */
  Message.@Nullable Document announcement() {
    return audience.announcement();
  }

  private void work(List<Task> tasks) {
    tasks.forEach(this::attempt);
    try {
      batch.settle();
      tidyUp();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void attempt(Task task) {
    boolean kept = false;
    try {
      kept = isKept(task);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
    if (!kept && task instanceof FromPeer fromPeer) {
      fromPeer.receipt().finish();
    }
  }

  /** Does a task, or returns true to say that it is kept until later. */
  private boolean isKept(Task task) {
    if (!(task instanceof Offered)) {
      batch.settle();
    }
    return switch (task) {
      case Offered offered -> offered(offered);
      case Dismissed dismissed -> {
        forget(dismissed.peer());
        yield false;
      }
      case FromPeer asked when outage.isLasting() -> outage.defer(asked);
      case Presented presented -> presented(presented);
      case Interested interested -> interested(interested);
      case Own own -> {
        attend(own);
        yield false;
      }
    };
  }

  private void attend(Own task) {
    switch (task) {
      case Left(Peer peer) -> forget(peer);
      case Unload(long lastUse) -> unload(lastUse);
      case Foreign(Position reached) -> {
        if (!outage.isLasting() && !refused) {
          others.changed(reached);
        }
      }
      case Rest rest -> audience.rest();
      case Retry retry -> retry();
    }
  }

  /** Tells a peer nothing more, nor does what it has asked for and still waits. */
  private void forget(Peer peer) {
    audience.remove(peer);
    outage.forget(peer);
  }

  private boolean presented(Presented task) {
    Peer peer = task.peer();
    Message.Document offered = task.document();
    StoreMeta presented = StoreMeta.of(offered.type(), offered.mode(), offered.schemaHash());
    if (!isAvailable(peer.mayWrite(id) ? presented : null)) {
      if (outage.isLasting()) {
        return outage.defer(task);
      }
      // Who may not write is told of it once somebody else has.
      refuse(
          peer, refused ? "its stream cannot be read" : "there is none, nor may the peer make it");
      return false;
    }
    StoreMeta meta = Objects.requireNonNull(content.meta());
    if (!meta.replicaType().isCompatibleWith(offered.type())
        || !meta.syncMode().equals(offered.mode())
        || Replicas.dialect(meta.schemaHash()) != peer.dialect()) {
      refuse(peer, "it was presented as another kind of document than it is");
    } else if (!offered.supportedHashes().contains(meta.schemaHash())) {
      drop(Drop.REFUSED, "it was presented with another schema than it has");
    } else {
      audience.add(peer);
      audience.ask(peer, content.isCollaborative());
    }
    return false;
  }

  private void refuse(Peer peer, String reason) {
    peer.change(new Vacant(id));
    drop(Drop.REFUSED, reason);
  }

  private boolean interested(Interested task) {
    if (!isAvailable()) {
      return outage.isLasting() && outage.defer(task);
    }
    Peer peer = task.peer();
    if (!audience.contains(peer)) {
      // Whoever is sent content must have been asked before, or takes an image for a change.
      ask(peer);
    }
    audience.subscribe(peer);
    try {
      audience.answer(peer, task.version());
    } catch (UnreadableException e) {
      drop(Drop.UNREADABLE, String.valueOf(e.getMessage()));
    }
    if (task.reciprocate() && content.isCollaborative()) {
      ask(peer);
    }
    return false;
  }

  private boolean offered(Offered task) {
    hub.meters.received.increment();
    if (!task.peer().mayWrite(id)) {
      drop(Drop.FORBIDDEN, "the peer may not write to it");
    } else if (isAvailable()) {
      return batch.add(task);
    } else if (outage.isLasting()) {
      hub.meters.dropped(Drop.STORAGE);
    } else {
      drop(refused ? Drop.REFUSED : Drop.UNKNOWN, "it is not served");
    }
    return false;
  }

  private void unload(long lastUse) {
    if (hub.residents.remove(this, lastUse)) {
      content.rest();
      refused = false;
    }
  }

  /** Tries again what the storage has failed at. */
  private void retry() {
    outage.pause();
    if (isAvailable() || !outage.isLasting()) {
      outage.end().forEach(this::attempt);
      synchroniseAgain();
    }
  }

  /**
   * Exchanges with all peers what each side lacks. Peers may have content that was lost here; and
   * where nobody could tell whether a write was done, content may be here that was not relayed.
   */
  void synchroniseAgain() {
    if (isAvailable() && content.meta() != null) {
      audience.synchronise();
    }
  }

  /** Returns whether the content is in memory, and brings it there if it is not. */
  boolean isAvailable() {
    return isAvailable(null);
  }

  private boolean isAvailable(@Nullable StoreMeta unknown) {
    if (content.isLoaded() || refused || outage.isLasting()) {
      return content.isLoaded();
    }
    boolean isOther = false;
    hub.reading.acquireUninterruptibly();
    try {
      isOther = content.load(unknown);
      hub.residents.used(this, content.footprint());
    } catch (RefusedException e) {
      refuse(e);
    } catch (RecordRejectedException e) {
      // The store cannot hold a document of that id, however often it is asked.
      refuse(new RefusedException(String.valueOf(e.getMessage()), e));
    } catch (RuntimeException e) {
      storageFailed(e);
    } finally {
      hub.reading.release();
    }
    if (isOther) {
      others.synchroniseAgain();
    }
    return content.isLoaded();
  }

  /** Serves the document no more: it cannot be read whole. */
  void refuse(RefusedException e) {
    refused = true;
    hub.meters.refused.increment();
    LOG.error("refused: {}", e.getMessage());
  }

  /** Forgets what is in memory, which nobody knows to be stored, and tries again later. */
  void storageFailed(RuntimeException e) {
    content.unload();
    hub.meters.storageFailures.increment();
    LOG.warn("document {}: storage failed, which is tried again: {}", shown(), e.toString());
    outage.begin();
  }

  /** Something happened that must not: what is in memory may be wrong. */
  void failed(Throwable e) {
    LOG.error("document {}: a task has failed", shown(), e);
    content.unload();
    batch.abandon();
    outage.beginAfterFault();
  }

  /** Asks a peer for what it has beyond what is here. */
  void ask(Peer peer) {
    if (isAvailable()) {
      audience.ask(peer, /* reciprocate= */ false);
    }
  }

  /** Notes something that was not done. */
  void drop(Drop reason, String what) {
    drops.add(reason, what);
  }

  private String shown() {
    return DocIds.show(id);
  }

  /** Compacts the stream if it is time to, and lets go of what need not be in memory. */
  private void tidyUp() {
    if (content.isLoaded() && content.shouldBeCompacted(hub.settings.compaction())) {
      compact();
    }
    if (content.isLoaded() || refused) {
      hub.residents.used(this, content.footprint());
    }
    others.settle(!refused);
    boolean crowded = hub.documents.size() > hub.settings.documents() / 2;
    boolean needed = content.isStored() && (content.isLoaded() || !crowded);
    if (!needed && audience.isEmpty() && outage.isEmpty()) {
      // Before another can take its place: two replicas of a document are never in memory.
      content.unload();
      hub.residents.remove(this);
      if (mailbox.closeIfEmpty()) {
        hub.documents.remove(id, this);
      }
    }
  }

  private void compact() {
    hub.reading.acquireUninterruptibly();
    boolean done = false;
    try {
      content.compact();
      done = true;
    } catch (HeadConflictException e) {
      // Somebody else writes to this document: what they wrote must be read.
      LOG.warn("document {}: not compacted: {}", shown(), e.getMessage());
      content.unload();
      outage.begin();
    } catch (RefusedException | RuntimeException e) {
      LOG.warn("document {}: not compacted: {}", shown(), e.getMessage());
    } catch (Error e) {
      // Such as a lack of memory, which takes nothing from what is there.
      LOG.error("document {}: not compacted", shown(), e);
    } finally {
      hub.reading.release();
      hub.meters.compacted(done);
    }
  }
}
