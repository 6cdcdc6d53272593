package org.kyneta.faults.relay;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.StoreRecord.Entry;

/** A document as a peer has it, who synchronises it as the original does. Thread-safe. */
final class Held {

  private static final InstantSource CLOCK = InstantSource.system();

  private final Shared shared;
  private final Consumer<Message> out;
  private final Replica replica;
  private int written;
  private boolean asked;

  /**
   * Makes one without content.
   *
   * @param out is given what is to be sent, and must not wait
   */
  Held(Shared shared, Consumer<Message> out) {
    this.shared = shared;
    this.out = out;
    this.replica = new Replicas(CLOCK).empty(shared.kind().meta());
  }

  Shared shared() {
    return shared;
  }

  /** Returns how many edits were made here. */
  synchronized int written() {
    return written;
  }

  /** Makes an edit here, and tells the relay if it has asked. */
  synchronized void write(int writer) throws UnreadableException {
    Entry entry = shared.kind().edit(writer, written + 1, CLOCK.millis());
    replica.merge(entry);
    written++;
    if (asked) {
      String version = shared.kind().isCollaborative() ? replica.version() : entry.version();
      out.accept(new Offer(shared.id(), entry.payload(), version, /* reciprocate= */ false));
    }
  }

  /** Tells the relay which version is here, such that it sends what is later. */
  synchronized void ask() {
    ask(shared.kind().isCollaborative());
  }

  private void ask(boolean reciprocate) {
    out.accept(new Interest(shared.id(), replica.version(), reciprocate));
  }

  /** Sends what the relay lacks. */
  synchronized void answer(Interest interest) throws UnreadableException {
    boolean first = !asked;
    asked = true;
    for (Entry entry : replica.export(interest.version())) {
      out.accept(new Offer(shared.id(), entry.payload(), entry.version(), false));
    }
    if (first || interest.reciprocate()) {
      ask(/* reciprocate= */ false);
    }
  }

  /** Takes in what the relay has sent. */
  synchronized void take(Offer offer) throws UnreadableException {
    if (shared.kind() == Kind.EPHEMERAL) {
      takeImage(offer);
    } else if (replica.merge(new Entry(offer.payload(), offer.version())) instanceof Learned learned
        && learned.incomplete()) {
      ask(/* reciprocate= */ false);
    }
  }

  /** Clients give an image that they take over the time of their own clock. */
  private void takeImage(Offer offer) throws UnreadableException {
    if (Double.parseDouble(offer.version()) > Double.parseDouble(replica.version())) {
      replica.hydrate(new Entry(offer.payload(), Long.toString(CLOCK.millis())));
    }
  }

  synchronized void disconnected() {
    asked = false;
  }

  /** Returns up to which of their edits all are here, by writer; none for 0. */
  synchronized Map<Long, Long> counts() {
    return shared.counts(replica);
  }

  /** Returns up to which of a writer's edits all are here. */
  long count(int writer) {
    return counts().getOrDefault((long) writer, 0L);
  }

  /** Returns something that is equal for two peers only if they hold the same. */
  synchronized Object content() {
    return shared.kind().content(replica);
  }
}
