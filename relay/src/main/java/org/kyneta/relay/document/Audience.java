package org.kyneta.relay.document;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Merge;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.StoreRecord.Entry;

/**
 * The peers that have one document, and all that they are told of its content. Not thread-safe, but
 * for what is said so of.
 */
final class Audience {

  private final String docId;
  private final Content content;
  private final Hub hub;
  private final Participants participants = new Participants();
  private final Announcement announcement;
  private final Doubts doubts;

  /**
   * Makes one without peers.
   *
   * @param timer makes {@link #rest} be called after a time
   */
  Audience(String docId, Content content, Hub hub, Consumer<Duration> timer) {
    this.docId = docId;
    this.content = content;
    this.hub = hub;
    this.announcement = new Announcement(docId, content);
    this.doubts = new Doubts(timer);
  }

  /** Returns what peers are told, or null while the document is empty; for any thread. */
  Message.@Nullable Document announcement() {
    return announcement.get();
  }

  /** Tells peers that do not have the document yet that it exists, once it has content. */
  void announce() {
    announcement.make(hub.announcer, participants);
  }

  /** Adds a peer that has the document, unless it is there already. */
  void add(Peer peer) {
    announce();
    // Peers ask for what they are told of. Of what was announced, each was told when it joined.
    if (participants.add(peer) && announcement.get() == null) {
      peer.answer(announcement.present());
    }
  }

  boolean contains(Peer peer) {
    return participants.contains(peer);
  }

  boolean isEmpty() {
    return participants.isEmpty();
  }

  /** Notes that a peer wants changes. */
  void subscribe(Peer peer) {
    participants.subscribe(peer);
  }

  /** Forgets a peer that does not have the document any more. */
  void remove(Peer peer) {
    participants.remove(peer);
    doubts.forget(peer);
  }

  /**
   * Sends a peer what it lacks of the content, which must be in memory.
   *
   * @param version what the peer has; null for nothing
   * @throws UnreadableException if that is no version of the document
   */
  void answer(Peer peer, @Nullable String version) throws UnreadableException {
    Replica replica = content.replica();
    boolean doubted = doubts.resolve(peer);
    for (Entry entry : doubted ? replica.correct(version) : replica.export(version)) {
      peer.answer(offer(entry));
    }
  }

  private Offer offer(Entry entry) {
    return new Offer(docId, entry.payload(), entry.version(), /* reciprocate= */ false);
  }

  /**
   * Asks a peer for what it has beyond the content, which must be in memory.
   *
   * @param reciprocate whether the peer is to ask for what it lacks as well
   */
  void ask(Peer peer, boolean reciprocate) {
    peer.answer(new Interest(docId, content.replica().version(), reciprocate));
  }

  /** Exchanges with all peers what each side lacks of the content, which must be in memory. */
  void synchronise() {
    Present present = announcement.present();
    for (Peer peer : participants.all()) {
      peer.answer(present);
      ask(peer, content.isCollaborative());
    }
  }

  /** Sends what was learnt to all who follow the document but to the one who knows it, if any. */
  void relay(@Nullable Peer sender, Merge merge) {
    if (merge instanceof Learned learned) {
      EncodedOffer encoded = EncodedOffer.of(offer(learned.relayed()));
      int count = participants.forSubscribersExcept(sender, peer -> peer.change(encoded));
      hub.meters.relayed.increment(count);
    }
    doubts.add(sender, merge.doubt(), participants.subscribers());
  }

  /** Lets those in doubt tell their versions: a peer that is told of a document answers so. */
  void rest() {
    List<Peer> peers = doubts.rest();
    if (!peers.isEmpty() && content.meta() != null) {
      Present present = announcement.present();
      peers.forEach(peer -> peer.change(present));
    }
  }
}
