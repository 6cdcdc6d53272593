package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.UnreadableException;

/** Clients that edit documents together. For one thread. */
final class Crowd implements AutoCloseable {

  private static final int PEERS = 20;
  private static final int DOCUMENTS_OF_A_KIND = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 40;
  private static final long POLL_NANOS = 20_000_000;

  /** How many edits of a writer in a document may be unseen by others. */
  private static final int MOST_UNSEEN = 50;

  private final Map<Integer, Peer> peers = new LinkedHashMap<>();
  private final Map<Shared, Map<Integer, Held>> documents = new LinkedHashMap<>();
  private final List<String> findings = new CopyOnWriteArrayList<>();
  private final Seen seen = new Seen();
  private final String name;
  private final Random random;
  private @Nullable ScheduledExecutorService typing;

  /** Makes twenty of them, who have documents of some kinds, and no connection yet. */
  Crowd(Collection<Kind> kinds, long seed) {
    this("crowd", kinds, seed);
  }

  /**
   * Makes twenty of them, who have documents of some kinds, and no connection yet.
   *
   * @param name what their names and those of their documents begin with
   */
  Crowd(String name, Collection<Kind> kinds, long seed) {
    this.name = name;
    random = new Random(seed);
    for (int number = 1; number <= PEERS; number++) {
      peers.put(number, new Peer(name + "-" + number, findings::add));
    }
    for (Kind kind : kinds) {
      for (int i = 0; i < DOCUMENTS_OF_A_KIND; i++) {
        open(kind, i);
      }
    }
  }

  private void open(Kind kind, int index) {
    List<Integer> members =
        peers.keySet().stream().filter(peer -> peer % DOCUMENTS_OF_A_KIND == index).toList();
    List<Integer> writers = kind.hasManyWriters() ? members : members.subList(0, 1);
    String id = "%s-%s-%d".formatted(name, kind, index);
    Shared shared = new Shared(id, kind, members, writers);
    Map<Integer, Held> held = new LinkedHashMap<>();
    peers.forEach((number, peer) -> {
      if (members.contains(number)) {
        held.put(number, peer.open(shared));
      }
    });
    documents.put(shared, held);
  }

  List<Shared> documents() {
    return List.copyOf(documents.keySet());
  }

  /** What the relay has sent and must not send. */
  List<String> findings() {
    return findings;
  }

  /** Connects all who are not connected. */
  void connect(URI relay) throws IOException, InterruptedException {
    for (Peer peer : peers.values()) {
      if (peer.isGone()) {
        peer.connect(relay);
      }
    }
  }

  /** Returns how many there are. */
  int size() {
    return peers.size();
  }

  /** Returns how many are without a connection. */
  long gone() {
    return peers.values().stream().filter(Peer::isGone).count();
  }

  /** Waits until no connection is left. */
  void awaitGone() {
    if (!isInTime(() -> gone() == PEERS)) {
      findings.add(
          "expected all connections to end with the relay, found %d ended".formatted(gone()));
    }
  }

  /** Lets all type from now on, with a connection or without. */
  void type() {
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    typing = threads;
    peers
        .keySet()
        .forEach(peer -> {
          Random own = new Random(random.nextLong());
          List<Map.Entry<Shared, Map<Integer, Held>>> writable =
              documents.entrySet().stream()
                  .filter(document -> document.getKey().writers().contains(peer))
                  .toList();
          if (!writable.isEmpty()) {
            var _ =
                threads.scheduleWithFixedDelay(
                    () -> write(peer, writable.get(own.nextInt(writable.size()))),
                    own.nextLong(PAUSE_MILLIS),
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS);
          }
        });
  }

  private void write(int writer, Map.Entry<Shared, Map<Integer, Held>> document) {
    Map<Integer, Held> members = document.getValue();
    Held held = members.get(writer);
    Held other =
        members.entrySet().stream()
            .filter(member -> member.getKey() != writer)
            .findFirst()
            .orElseThrow()
            .getValue();
    try {
      if (held != null && held.written() - other.count(writer) < MOST_UNSEEN) {
        held.write(writer);
      }
    } catch (UnreadableException | RuntimeException e) {
      findings.add("%s: writer %d: %s".formatted(document.getKey().id(), writer, e));
    }
  }

  /** Lets all type for a time between two. */
  void typeFor(int leastMillis, int mostMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(leastMillis, mostMillis));
  }

  /** Lets nobody type any more. */
  void pause() {
    ScheduledExecutorService threads = typing;
    if (threads != null) {
      threads.close();
      typing = null;
    }
  }

  /** Returns what anybody has seen of others until now. */
  Seen seen() {
    documents.forEach((shared, members) ->
        members.forEach((peer, held) -> seen.raise(shared, peer, held.counts())));
    return seen;
  }

  /** Returns how many edits were made. */
  long written() {
    return documents.values().stream()
        .flatMap(members -> members.values().stream())
        .mapToLong(Held::written)
        .sum();
  }

  /** Waits until somebody has seen one more edit of somebody else than now. */
  void awaitProgress() {
    long before = seen().total();
    await("an edit to come to somebody", () -> seen().total() > before);
  }

  /** Waits for something. */
  void await(String what, BooleanSupplier condition) {
    if (!isInTime(condition)) {
      findings.add("expected %s within %s".formatted(what, PATIENCE));
    }
  }

  /** Waits until all have the same, which is everything. */
  void converge() {
    pause();
    if (!isInTime(this::hasConverged)) {
      documents.forEach(this::findDifferences);
    }
  }

  private boolean hasConverged() {
    return documents.entrySet().stream()
        .allMatch(document -> hasConverged(document.getKey(), document.getValue()));
  }

  private static boolean hasConverged(Shared shared, Map<Integer, Held> members) {
    Map<Long, Long> written = writtenTo(shared, members);
    return members.values().stream().allMatch(held -> held.counts().equals(written))
        && members.values().stream().map(Held::content).distinct().count() == 1;
  }

  private static Map<Long, Long> writtenTo(Shared shared, Map<Integer, Held> members) {
    Map<Long, Long> written = new TreeMap<>();
    members.forEach((peer, held) -> {
      if (shared.writers().contains(peer) && held.written() > 0) {
        written.put((long) peer, (long) held.written());
      }
    });
    return written;
  }

  private void findDifferences(Shared shared, Map<Integer, Held> members) {
    Map<Long, Long> written = writtenTo(shared, members);
    members.forEach((peer, held) -> {
      if (!held.counts().equals(written)) {
        findings.add(
            "%s: expected peer %d to have as many edits of each writer as %s, found %s"
                .formatted(shared.id(), peer, written, held.counts()));
      }
    });
    if (members.values().stream().map(Held::content).distinct().count() != 1) {
      findings.add(shared.id() + ": expected all peers to have the same, found a difference");
    }
  }

  /** Lets somebody connect who has nothing, and returns how much of what was seen does not come. */
  long missingForNewcomer(URI relay) throws IOException, InterruptedException {
    Map<Shared, Held> all = new LinkedHashMap<>();
    try (Peer newcomer = new Peer("newcomer-" + random.nextLong(), findings::add)) {
      documents.keySet().forEach(shared -> all.put(shared, newcomer.open(shared)));
      newcomer.connect(relay);
      Seen.Holder holder =
          shared -> {
            Held held = all.get(shared);
            return held == null ? Map.of() : held.counts();
          };
      boolean _ = isInTime(() -> seen().missing("", holder, new ArrayList<>()) == 0);
      return seen().missing("a newcomer", holder, findings);
    }
  }

  private static boolean isInTime(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  @Override
  public void close() {
    pause();
    peers.values().forEach(Peer::close);
  }
}
