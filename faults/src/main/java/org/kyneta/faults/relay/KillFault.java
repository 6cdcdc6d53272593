package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;

/**
 * Kills a relay at random moments while clients edit through it. What a client has seen of others
 * must be in the file then, before those who wrote it could send it again.
 */
final class KillFault implements Fault {

  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 1_500;

  @Override
  public String name() {
    return "relay-kill";
  }

  @Override
  public String summary() {
    return "kill -9 of a relay at random moments under live editing by 20 clients";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(8, 100);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Serve.kyneta(run.folder(), run.folder().resolve("store.db"), "full"));
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control(
            "tells others before it has stored",
            2,
            run -> run(run, Serve.late(run.folder(), run.folder().resolve("store.db")))));
  }

  private static Tally run(Run run, Serve relay) throws IOException, InterruptedException {
    Set<Kind> kinds = Set.of(Kind.YJS, Kind.LORO, Kind.PLAIN, Kind.STATE);
    Verdict verdict = new Verdict();
    try (relay;
        Crowd crowd = new Crowd(kinds, run.seed())) {
      URI uri = relay.start();
      crowd.connect(uri);
      crowd.type();
      for (int i = 0; i < run.cycles() && verdict.isClean(); i++) {
        crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        relay.kill();
        crowd.awaitGone();
        verdict.judge(crowd.seen(), relay.store());
        uri = relay.start();
        crowd.connect(uri);
        crowd.awaitProgress();
        verdict.cycle();
        run.progress().accept(i + 1);
      }
      verdict.conclude(crowd, uri);
      relay.stop();
      verdict.judge(crowd.seen(), relay.store());
      verdict.add(relay.errors());
      return verdict.tally(crowd);
    }
  }
}
