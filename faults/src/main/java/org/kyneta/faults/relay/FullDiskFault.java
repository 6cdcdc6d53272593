package org.kyneta.faults.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.sqlite.Ballast;
import org.kyneta.faults.sqlite.Mount;

/**
 * Fills the disk under a relay while clients edit through it, and makes room again. What could not
 * be stored must not have been told to anybody, and must be stored and told once there is room:
 * every other time the relay is killed while the disk is full, to see what is in its file.
 */
final class FullDiskFault implements Fault {

  private static final String FAILURES = "kyneta_storage_failures_total";
  private static final String SIZE = "8m";
  private static final int MOST_PAGES = 64;
  private static final int LEAST_MILLIS = 300;
  private static final int MOST_MILLIS = 1_500;

  @Override
  public String name() {
    return "relay-full-disk";
  }

  @Override
  public String summary() {
    return "the disk under a relay is full for a while under live editing by 20 clients";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(4, 60);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    try (Mount disk = Mount.memory(run.folder(), SIZE)) {
      return run(run, disk, Serve.kyneta(run.folder(), store(disk), "full"), /* isHonest= */ true);
    }
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("tells others what could not be stored", 2, FullDiskFault::late));
  }

  private static Tally late(Run run) throws IOException, InterruptedException {
    try (Mount disk = Mount.memory(run.folder(), SIZE)) {
      return run(run, disk, Serve.late(run.folder(), store(disk)), /* isHonest= */ false);
    }
  }

  private static Path store(Mount disk) {
    return disk.point().resolve("store.db");
  }

  /**
   * Runs it.
   *
   * @param isHonest whether the relay says that it could not store something
   */
  private static Tally run(Run run, Mount disk, Serve relay, boolean isHonest)
      throws IOException, InterruptedException {
    Ballast ballast = new Ballast(disk.point());
    Random random = new Random(run.seed());
    try (relay;
        LiveUse use = new LiveUse(run, relay, LiveUse.KEPT)) {
      Crowd crowd = use.crowd();
      use.cycles(number -> {
        crowd.awaitProgress();
        double failures = relay.metric(FAILURES);
        ballast.fill(random.nextInt(MOST_PAGES));
        if (isHonest) {
          crowd.await("a write to fail", () -> relay.metric(FAILURES) > failures);
        }
        crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        if (number % 2 == 0) {
          use.restart(new Full(ballast));
        } else {
          ballast.drop();
        }
        if (!relay.isAlive()) {
          use.find("expected the relay to live, found it dead");
        }
        crowd.awaitProgress();
      });
      return use.end();
    }
  }

  private record Full(Ballast ballast) implements Ending {

    @Override
    public void strike(Serve relay) throws IOException, InterruptedException {
      relay.kill();
    }

    @Override
    public void recover() throws IOException {
      ballast.drop();
    }
  }
}
