package org.kyneta.benchmarks.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.kyneta.benchmarks.load.Client.Part;
import org.kyneta.benchmarks.load.Replay.Follower;
import org.kyneta.relay.wire.Message.Offer;

/**
 * All well-behaved clients and the documents they share. Of every document one client is the
 * sender: clients are dealt out to documents in blocks as large as possible, of which the first
 * sends and the others follow; where a block has one client only, the next one follows. On the
 * thread of a loop only, but for the constructor.
 */
final class Fleet {

  private static final Duration TICK = Duration.ofMillis(1);
  private static final int MOST_PROBLEMS = 20;

  private final Loop loop;
  private final List<InetSocketAddress> addresses;
  private final List<Trace> traces;
  private final Pace pace;
  private final Predicate<Offer> hears;
  private final List<Client> clients = new ArrayList<>();
  private final List<Replay> current = new ArrayList<>();
  private final List<Replay> over = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Latency latency = new Latency();
  private boolean mayConnect;
  private boolean typing;
  private long typingSince;
  private long dealt;
  private long sent;
  private long lostConnections;
  private long missing;
  private long heardOf;

  /**
   * How fast is typed.
   *
   * @param rate how many edits a second are due in all documents together, or 0 for as many as the
   *     window lets through
   * @param window how many edits of a document may be under way at a time, at least 1
   */
  record Pace(int rate, int window) {}

  /**
   * Makes the clients; none connects yet.
   *
   * @param addresses the relays, to which clients go one after the other
   * @param hears whether clients take what the relay has sent, which is always so but where a test
   *     wants to see that a loss is noticed
   */
  Fleet(
      Loop loop,
      List<InetSocketAddress> addresses,
      int clientCount,
      List<Trace> traces,
      Pace pace,
      Predicate<Offer> hears) {
    this.loop = loop;
    this.addresses = addresses;
    this.traces = traces;
    this.pace = pace;
    this.hears = hears;
    for (int i = 0; i < clientCount; i++) {
      clients.add(new Client("load-" + i, this, addresses.get(i % addresses.size())));
    }
  }

  Loop loop() {
    return loop;
  }

  List<InetSocketAddress> addresses() {
    return addresses;
  }

  boolean mayConnect() {
    return mayConnect;
  }

  boolean hears(Offer offer) {
    return hears.test(offer);
  }

  /** Connects all clients, and lets them connect again whenever a connection ends. */
  void connect() {
    mayConnect = true;
    clients.forEach(Client::connect);
  }

  /** Lets clients stay without connection once theirs ends. */
  void stayAway() {
    mayConnect = false;
  }

  boolean isAway() {
    return clients.stream().noneMatch(Client::isConnected);
  }

  boolean isEstablished() {
    return clients.stream().allMatch(Client::isEstablished);
  }

  /** Opens so many documents. */
  void openDocuments(int count) {
    for (int i = 0; i < count; i++) {
      int stride = Math.max(1, clients.size() / count);
      int first = (int) ((long) i * stride % clients.size());
      List<Client> following = new ArrayList<>();
      for (int offset = 1; offset < Math.max(2, stride); offset++) {
        following.add(clients.get((first + offset) % clients.size()));
      }
      current.add(open("load-" + i, traces.get(i % traces.size()), clients.get(first), following));
    }
  }

  private Replay open(String docId, Trace trace, Client sender, List<Client> following) {
    Replay replay = new Replay(docId, trace, sender, this);
    sender.open(List.of(replay));
    following.forEach(client -> client.open(List.<Part>of(replay.follow(client))));
    return replay;
  }

  boolean isOpen() {
    return isEstablished() && current.stream().allMatch(Replay::isOpen);
  }

  /** Types one edit in each document, so that there is something to tell others of. */
  void typeOnce() {
    long now = System.nanoTime();
    for (Replay replay : current) {
      boolean _ = replay.makeDue(now);
      replay.pump(pace.window());
    }
  }

  /** A client was told of so many documents. */
  void heardOf(int count) {
    heardOf += count;
  }

  /** Returns whether every client was told of as many documents as there are. */
  boolean isAnnounced() {
    return heardOf >= (long) clients.size() * current.size();
  }

  /** Begins to type. */
  void type() {
    typing = true;
    typingSince = System.nanoTime();
    dealt = 0;
    if (pace.rate() > 0) {
      tick();
    } else {
      List.copyOf(current).forEach(this::pump);
    }
  }

  /** Types no more; what is due is still sent. */
  void pause() {
    typing = false;
  }

  private void tick() {
    if (!typing) {
      return;
    }
    double seconds = (System.nanoTime() - typingSince) / 1e9;
    long wanted = (long) (seconds * pace.rate());
    while (dealt < wanted) {
      int index = (int) (dealt % current.size());
      long when = typingSince + (long) (dealt * 1e9 / pace.rate());
      current.get(index).makeDue(when);
      dealt++;
      pump(current.get(index));
    }
    loop.after(TICK, this::tick);
  }

  /** Sends what is due; where a session is over, its document is followed by another. */
  void pump(Replay replay) {
    if (pace.rate() == 0 && typing) {
      long now = System.nanoTime();
      for (int room = pace.window() - replay.underway(); room > 0; room--) {
        replay.makeDue(now);
      }
    }
    replay.pump(pace.window());
    if (typing && replay.isOver()) {
      int index = current.indexOf(replay);
      if (index >= 0) {
        over.add(replay);
        List<Client> following = replay.followers().stream().map(Follower::client).toList();
        String docId = "load-%d-%d".formatted(index, over.size());
        current.set(index, open(docId, replay.trace(), replay.sender(), following));
      }
    }
  }

  void sentOne() {
    sent++;
  }

  void receivedOne(long dueAt) {
    latency.add(System.nanoTime() - dueAt);
  }

  void lostConnection() {
    lostConnections++;
  }

  /** The relay has said how many edits of a document it has. */
  void claimed(Replay replay, int has) {
    int lost = replay.acknowledged() - has;
    if (lost > 0) {
      missing += lost;
      problem(
          "document %s: expected at least %d edits in the relay, found %d"
              .formatted(replay, replay.acknowledged(), has));
    }
  }

  /** Something is wrong; the first few are kept. */
  void problem(String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(what);
    }
  }

  /** Returns what was wrong, at most 20 times. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Returns how long edits took since this was asked for last, and begins anew. */
  Latency takeLatency() {
    Latency taken = latency;
    latency = new Latency();
    return taken;
  }

  /** Returns how many edits were sent, each counted once. */
  long sent() {
    return sent;
  }

  /** Returns how many edits somebody else has received. */
  long acknowledged() {
    return documents().stream().mapToLong(Replay::acknowledged).sum();
  }

  long lostConnections() {
    return lostConnections;
  }

  /** Returns how many acknowledged edits the relay was found to lack. */
  long missing() {
    return missing;
  }

  /** Returns all documents, those first whose session is over. */
  List<Replay> documents() {
    List<Replay> all = new ArrayList<>(over);
    all.addAll(current);
    return all;
  }

  boolean isSettled() {
    return current.stream().allMatch(Replay::isSettled);
  }

  /** Notes what the followers lack of what was sent. */
  void checkConvergence() {
    for (Replay replay : documents()) {
      for (Follower follower : replay.followers()) {
        if (!follower.hasConverged()) {
          missing += Math.max(1, replay.sent() - follower.received());
          problem(
              "document %s: expected a follower to have %d edits, found %d"
                  .formatted(replay, replay.sent(), follower.received()));
        }
      }
    }
  }
}
