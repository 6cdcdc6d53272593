package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.relay.Clock.Which;

/**
 * Sets a relay's clock hours forward and back while clients edit through it, and while they are
 * silent. Nobody must be disconnected, and documents whose versions are times must converge.
 */
final class ClockFault implements Fault {

  private static final int MOST_HOURS = 12;
  private static final int JUMPS = 2;
  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 600;

  /** Longer than it takes the relay to look after its connections twice. */
  private static final Duration SILENCE = Duration.ofMillis(4_200);

  @Override
  public String name() {
    return "relay-clock";
  }

  @Override
  public String summary() {
    return "a relay's clock is set hours forward and back under live editing by 20 clients";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(2, 40);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Which.WALL);
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control("the clock that measures is set", 1, run -> run(run, Which.MEASURING)));
  }

  private static Tally run(Run run, Which which) throws IOException, InterruptedException {
    Set<Kind> kinds = Set.of(Kind.YJS, Kind.PLAIN, Kind.EPHEMERAL, Kind.STATE);
    Random random = new Random(run.seed());
    try (Clock clock = Clock.make(run.folder());
        Serve relay =
            clock.under(Serve.kyneta(run.folder(), run.folder().resolve("store.db"), "full"));
        LiveUse use = new LiveUse(run, relay, kinds)) {
      Crowd crowd = use.crowd();
      use.cycles(number -> {
        for (int jump = 0; jump < JUMPS; jump++) {
          if (which == Which.WALL) {
            jump(clock, random, use);
          }
          crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        }
        crowd.converge();
        if (which == Which.WALL) {
          jump(clock, random, use);
        } else {
          clock.set(which, Duration.ofHours(MOST_HOURS * (number + 1L)).toSeconds());
        }
        Thread.sleep(SILENCE);
        use.requireConnections();
        crowd.type();
      });
      return use.end();
    }
  }

  /** Sets the clock, and asks the relay what the time is. */
  private static void jump(Clock clock, Random random, LiveUse use) throws IOException {
    long hours = random.nextLong(-MOST_HOURS, MOST_HOURS + 1);
    clock.set(Which.WALL, Duration.ofHours(hours).toSeconds());
    Duration off = Duration.between(Instant.now(), timeAt(use.uri())).minusHours(hours).abs();
    if (off.toMinutes() > 1) {
      use.find("expected the relay's clock to be set, found it off by " + off);
    }
  }

  private static Instant timeAt(URI relay) throws IOException {
    URLConnection connection =
        URI.create("http://%s:%d/healthz".formatted(relay.getHost(), relay.getPort()))
            .toURL()
            .openConnection();
    return Instant.ofEpochMilli(connection.getHeaderFieldDate("Date", 0));
  }
}
