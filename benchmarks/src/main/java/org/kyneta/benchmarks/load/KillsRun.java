package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.kyneta.benchmarks.load.FreshReader.Expected;

/** Kills a relay again and again, and looks for what it had acknowledged each time. */
final class KillsRun {

  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 2_500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LoadOptions options;
  private final Site site;
  private final Fleet fleet;
  private final Loop loop;
  private final Random random;
  private final Latency recovery = new Latency();
  private long missing;

  KillsRun(LoadOptions options, Site site) {
    this.options = options;
    this.site = site;
    this.fleet = site.fleet();
    this.loop = site.loop();
    this.random = new Random(options.seed());
  }

  Result run(String durability) throws IOException {
    long started = System.nanoTime();
    site.connect();
    site.openDocuments();
    loop.run(fleet::type);
    int cycles = 0;
    while (cycles < options.kills() && loop.call(fleet::missing) + missing == 0) {
      Site.pass(Duration.ofMillis(random.nextInt(LEAST_MILLIS, MOST_MILLIS)));
      cycle();
      cycles++;
    }
    Result result =
        new Result("kills")
            .put("durability", durability)
            .put("seed", options.seed())
            .put("connections", options.connections())
            .put("documents", options.documents())
            .put("cycles", cycles)
            .put("seconds", (System.nanoTime() - started) / 1e9);
    site.finish(result);
    return result
        .put("acknowledged", loop.call(fleet::acknowledged))
        .put("missing", result.number("missing") + missing)
        .put("recovery", recovery);
  }

  private void cycle() throws IOException {
    loop.run(fleet::stayAway);
    site.server().kill();
    long killed = System.nanoTime();
    // What has come before the end of a connection was acknowledged.
    site.await("all connections to end with the relay", fleet::isAway);
    List<Expected> acknowledged = loop.call(() -> FreshReader.expect(fleet, Replay::acknowledged));
    site.server().start();
    site.connect();
    site.await("the relay to ask for all documents again", fleet::isOpen);
    recovery.add(System.nanoTime() - killed);
    missing += new FreshReader(loop, fleet, PATIENCE).missing(acknowledged);
  }
}
