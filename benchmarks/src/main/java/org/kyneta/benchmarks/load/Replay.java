package org.kyneta.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.benchmarks.load.Client.Part;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;

/**
 * One document into which one client types a session and which others follow. The typing client
 * sends again what the relay says it lacks. On the thread of a loop only.
 */
final class Replay implements Part {

  /** How many edits may be due and not received yet; a power of two. */
  static final int MOST_UNDERWAY = 1 << 10;

  private final String docId;
  private final Trace trace;
  private final Client sender;
  private final Fleet fleet;
  private final List<Follower> followers = new ArrayList<>();
  private final long[] dueAt = new long[MOST_UNDERWAY];
  private int due;
  private int next;
  private int sent;
  private boolean asked;

  Replay(String docId, Trace trace, Client sender, Fleet fleet) {
    this.docId = docId;
    this.trace = trace;
    this.sender = sender;
    this.fleet = fleet;
  }

  /** Adds a client that follows the document. */
  Follower follow(Client client) {
    Follower follower = new Follower(this, client, fleet);
    followers.add(follower);
    return follower;
  }

  @Override
  public String docId() {
    return docId;
  }

  Trace trace() {
    return trace;
  }

  Client sender() {
    return sender;
  }

  List<Follower> followers() {
    return followers;
  }

  /** Returns how many edits were sent, each counted once. */
  int sent() {
    return sent;
  }

  /** Returns how many edits all followers have received. */
  int received() {
    int least = sent;
    for (Follower follower : followers) {
      least = Math.min(least, follower.received());
    }
    return least;
  }

  /** Returns how many edits a follower has received, and so the relay has promised to keep. */
  int acknowledged() {
    int most = 0;
    for (Follower follower : followers) {
      most = Math.max(most, follower.received());
    }
    return most;
  }

  /** Returns how many edits are due and not received by all yet. */
  int underway() {
    return due - received();
  }

  boolean isOpen() {
    return asked;
  }

  /** Returns whether the session is over and everybody has everything. */
  boolean isOver() {
    return received() == sent && !trace.has(sent);
  }

  boolean isSettled() {
    return due == next && received() == sent;
  }

  /** Returns when an edit was due, by {@link System#nanoTime}. */
  long dueAt(int number) {
    return dueAt[number & (MOST_UNDERWAY - 1)];
  }

  /** Lets one more edit be due at a time; returns whether there is one, and room for it. */
  boolean makeDue(long nanos) {
    if (due - received() >= MOST_UNDERWAY || !trace.has(due)) {
      return false;
    }
    dueAt[due++ & (MOST_UNDERWAY - 1)] = nanos;
    return true;
  }

  /** Sends what is due, as far as the relay has asked for it. */
  void pump(int window) {
    if (!asked) {
      return;
    }
    while (next < due && next - received() < window) {
      Trace.Step step = trace.step(next);
      sender.send(new Offer(docId, step.payload(), step.version(), /* reciprocate= */ false));
      next++;
      if (next > sent) {
        sent = next;
        fleet.sentOne();
      }
    }
  }

  @Override
  public String version() {
    return trace.version(sent);
  }

  @Override
  public void asked(Interest interest) {
    int has = trace.lengthAt(String.valueOf(interest.version()));
    if (has < 0 || has > sent) {
      fleet.problem(
          "document %s: expected the relay to have a beginning of %d edits, found version %s"
              .formatted(docId, sent, interest.version()));
      return;
    }
    if (asked) {
      return;
    }
    fleet.claimed(this, has);
    asked = true;
    next = has;
    fleet.pump(this);
  }

  @Override
  public void offered(Offer offer) {
    // It holds nothing that whoever types has not typed.
  }

  @Override
  public void disconnected() {
    asked = false;
  }

  @Override
  public String toString() {
    return docId;
  }

  /** A client that follows the document. */
  static final class Follower implements Part {

    private final Replay replay;
    private final Client client;
    private final Fleet fleet;
    private final org.kyneta.relay.replica.Replica replica = Trace.emptyReplica();
    private int received;

    private Follower(Replay replay, Client client, Fleet fleet) {
      this.replay = replay;
      this.client = client;
      this.fleet = fleet;
    }

    @Override
    public String docId() {
      return replay.docId;
    }

    Client client() {
      return client;
    }

    /** Returns how many edits this has received, without a gap. */
    int received() {
      return received;
    }

    /** Returns whether this has all that was sent, and nothing else. */
    boolean hasConverged() {
      return replica.version().equals(replay.trace.version(replay.sent));
    }

    @Override
    public @Nullable String version() {
      return replica.version();
    }

    @Override
    public void asked(Interest interest) {
      // This client has nothing to add.
    }

    @Override
    public void offered(Offer offer) {
      byte[] bytes = Contents.take(offer, replica);
      if (received < replay.sent
          && java.util.Arrays.equals(bytes, replay.trace.step(received).bytes())) {
        fleet.receivedOne(replay.dueAt(received));
        received++;
      } else {
        // More than one edit at once, as after a new connection.
        received = Math.max(received, replay.trace.lengthAt(replica.version()));
      }
      fleet.pump(replay);
    }

    @Override
    public void disconnected() {
      // What was received stays.
    }
  }
}
