package org.kyneta.faults.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;

/**
 * Kills a relay at random moments while clients edit through it. What a client has seen of others
 * must be in the file then, before those who wrote it could send it again.
 */
final class KillFault implements Fault {

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
    return run(run, Serve.kyneta(run.folder(), store(run), "full"));
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control(
            "tells others before it has stored",
            2,
            run -> run(run, Serve.late(run.folder(), store(run)))));
  }

  private static Path store(Run run) {
    return run.folder().resolve("store.db");
  }

  private static Tally run(Run run, Serve relay) throws IOException, InterruptedException {
    try (relay) {
      return LiveUse.interrupted(run, relay, Ending.KILL);
    }
  }
}
