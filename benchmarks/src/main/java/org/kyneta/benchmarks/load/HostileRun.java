package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Attacks a relay, and measures what well-behaved clients notice of it. */
final class HostileRun {

  private static final Duration LONGEST_CALM = Duration.ofSeconds(60);

  /** The relay gives up a connection after 150 seconds of silence. */
  private static final Duration TIME_TO_CALM_DOWN = Duration.ofSeconds(200);

  /** How long may pass until what hostile clients have left is done. */
  private static final Duration TIME_TO_REST = Duration.ofSeconds(10);

  private static final long MOST_GROWTH = 32 << 20;

  private final LoadOptions options;
  private final Site site;
  private final Captures captures;
  private final Probe probe;
  private final CountDownLatch toStop = new CountDownLatch(1);
  private long mostResident;

  HostileRun(LoadOptions options, Site site, Captures captures) {
    this.options = options;
    this.site = site;
    this.captures = captures;
    this.probe = site.probe();
  }

  Result run(String durability) throws IOException {
    Result result = new Result("hostile").put("durability", durability);
    result.put("connections", options.connections()).put("documents", options.documents());
    result.put("rate", options.pace().rate()).put("serverHeap", options.serverHeap());
    site.connect();
    site.openDocuments();
    site.loop().run(site.fleet()::type);
    Duration calm = Duration.ofSeconds(options.seconds()).dividedBy(10);
    calm = calm.compareTo(LONGEST_CALM) < 0 ? calm : LONGEST_CALM;
    Site.pass(calm.dividedBy(2));
    long pid = site.server().pid();
    long heap = probe.heapBytes();
    Latency _ = site.loop().call(site.fleet()::takeLatency);
    Site.pass(calm);
    result.put("calm", site.loop().call(site.fleet()::takeLatency));

    attack(result);

    long stopped = System.nanoTime();
    boolean alone = awaitCalm();
    long left = (long) probe.metric("kyneta_connections") - options.connections();
    result.put("hostileConnectionsLeft", left);
    result.put("millisUntilAlone", (System.nanoTime() - stopped) / 1e6);
    long after = probe.heapBytes();
    long documents = (long) probe.metric("kyneta_documents_bytes");
    // What hostile clients have asked for is done or let go only after they are gone.
    long rested = System.nanoTime() + TIME_TO_REST.toNanos();
    while (after > heap + documents + MOST_GROWTH && System.nanoTime() < rested) {
      Site.pass(Duration.ofSeconds(1));
      after = probe.heapBytes();
      documents = (long) probe.metric("kyneta_documents_bytes");
    }
    result
        .put("heapBeforeBytes", heap)
        .put("heapAfterBytes", after)
        .put("documentsAfterBytes", documents)
        .put("documentsKnownAfter", (long) probe.metric("kyneta_documents_known"))
        .put("mostResidentBytes", mostResident)
        .put("slowPeersClosed", (long) probe.metric("kyneta_connections_slow_total"))
        .put("messagesDropped", (long) probe.metric("kyneta_messages_dropped_total"));
    if (after > heap + documents + MOST_GROWTH) {
      result.problems(
          List.of(
              "expected the heap to return to %d bytes and the %d of documents, found %d"
                  .formatted(heap, documents, after)));
    }
    if (!alone) {
      result.problems(List.of("connections of hostile clients are still open"));
    }
    site.finish(result);
    if (!site.server().isAlive() || site.server().pid() != pid) {
      result.problems(List.of("the relay has not survived"));
    }
    return result;
  }

  private void attack(Result result) throws IOException {
    List<Attacker> attackers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Attack attack : Attack.values()) {
      for (int i = 0; i < attack.clients(); i++) {
        Attacker attacker =
            new Attacker(attack, i, site.server().address(), captures, options.seed(), toStop);
        attackers.add(attacker);
        threads.add(Thread.ofVirtual().name("load-" + attack + "-" + i).start(attacker));
      }
    }
    long end = System.nanoTime() + Duration.ofSeconds(options.seconds()).toNanos();
    while (System.nanoTime() < end && site.server().isAlive()) {
      Site.pass(Duration.ofSeconds(1));
      mostResident = Math.max(mostResident, probe.residentBytes());
    }
    result.put("hostile", site.loop().call(site.fleet()::takeLatency));
    toStop.countDown();
    for (Thread thread : threads) {
      join(thread);
    }
    for (Attack attack : Attack.values()) {
      long sessions =
          attackers.stream().filter(a -> a.attack() == attack).mapToLong(Attacker::sessions).sum();
      long refusals =
          attackers.stream().filter(a -> a.attack() == attack).mapToLong(Attacker::refusals).sum();
      result.put("sessions" + camelCase(attack), sessions);
      result.put("endedByRelay" + camelCase(attack), refusals);
    }
  }

  private static String camelCase(Attack attack) {
    StringBuilder name = new StringBuilder();
    Arrays.stream(attack.name().split("_", -1))
        .forEach(word ->
            name.append(word.charAt(0))
                .append(word.substring(1).toLowerCase(java.util.Locale.ROOT)));
    return name.toString();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits until only well-behaved clients are connected; returns false if that took too long. */
  private boolean awaitCalm() throws IOException {
    Duration attacked = Duration.ofSeconds(options.seconds());
    boolean isShort = attacked.compareTo(TIME_TO_CALM_DOWN) < 0;
    long end = System.nanoTime() + (isShort ? attacked : TIME_TO_CALM_DOWN).toNanos();
    while (System.nanoTime() < end) {
      if (probe.metric("kyneta_connections") <= options.connections()) {
        return true;
      }
      Site.pass(Duration.ofMillis(100));
    }
    // After a short attack nobody waits for as long as the relay may take.
    return isShort;
  }
}
