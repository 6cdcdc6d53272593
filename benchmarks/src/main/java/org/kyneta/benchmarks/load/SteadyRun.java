package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Uses a relay, and measures how fast it is and what memory it takes. */
final class SteadyRun {

  private static final int LONGEST_WARM_UP_SECONDS = 10;

  private final LoadOptions options;
  private final Site site;
  private final Probe probe;

  SteadyRun(LoadOptions options, Site site) {
    this.options = options;
    this.site = site;
    this.probe = site.probe();
  }

  /** What was counted at a moment. */
  private record Count(long nanos, double relayed, double stored, double appends) {

    static Count now(List<Probe> probes) throws IOException {
      return new Count(
          System.nanoTime(),
          sum(probes, "kyneta_offers_relayed_total"),
          sum(probes, "kyneta_offers_stored_total"),
          sum(probes, "kyneta_append_seconds_count"));
    }

    private static double sum(List<Probe> probes, String metric) throws IOException {
      double sum = 0;
      for (Probe probe : probes) {
        sum += probe.metric(metric);
      }
      return sum;
    }
  }

  Result run(String durability) throws IOException {
    Result result = new Result("steady").put("durability", durability);
    if (options.relays() > 1) {
      result.put("relays", options.relays());
    }
    result.put("connections", options.connections()).put("documents", options.documents());
    result.put("rate", options.pace().rate()).put("inFlight", options.pace().window());
    long idle = probe.heapBytes();
    site.connect();
    long connected = probe.heapBytes();
    long before = System.nanoTime();
    site.openDocuments();
    result.put("openingMillis", (System.nanoTime() - before) / 1e6);
    long opened = probe.heapBytes();
    before = System.nanoTime();
    site.loop().run(site.fleet()::typeOnce);
    site.await("the relay to have told everybody of all documents", site.fleet()::isAnnounced);
    result.put("announcingMillis", (System.nanoTime() - before) / 1e6);
    result.put("first", site.loop().call(site.fleet()::takeLatency));

    load(result);
    site.finish(result);

    long loaded = probe.heapBytes();
    double perDocument = (double) result.number("sent") / options.documents();
    return result
        .put("heapIdleBytes", idle)
        .put("heapPerConnectionBytes", (connected - idle) / options.connections())
        .put("heapPerOpenDocumentBytes", (opened - connected) / options.documents())
        .put("heapPerLoadedDocumentBytes", (loaded - connected) / options.documents())
        .put("editsPerDocument", perDocument)
        .put("residentBytes", probe.residentBytes());
  }

  private void load(Result result) throws IOException {
    Duration all = Duration.ofSeconds(options.seconds());
    Duration warmUp =
        Duration.ofMillis(Math.min(LONGEST_WARM_UP_SECONDS * 1_000L, all.toMillis() / 4));
    site.loop().run(site.fleet()::type);
    Site.pass(warmUp);
    Count first = Count.now(site.probes());
    Latency _ = site.loop().call(site.fleet()::takeLatency);
    Site.pass(all.minus(warmUp));
    Latency latency = site.loop().call(site.fleet()::takeLatency);
    Count last = Count.now(site.probes());
    double seconds = (last.nanos - first.nanos) / 1e9;
    result
        .put("seconds", seconds)
        .put("receivedPerSecond", latency.count() / seconds)
        .put("relayedPerSecond", (last.relayed - first.relayed) / seconds)
        .put("storedPerSecond", (last.stored - first.stored) / seconds)
        .put("writesPerSecond", (last.appends - first.appends) / seconds)
        .put("latency", latency);
  }
}
