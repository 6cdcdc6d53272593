package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.sqlite.Linux;
import org.kyneta.faults.sqlite.Mount;

/**
 * The file system under a relay loses all that was not brought to the disk, while clients edit
 * through it. What a client has seen of others must be in the file then.
 */
final class PowerFault implements Fault {

  private static final String IMAGE_SIZE = "128M";
  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 1_500;

  @Override
  public String name() {
    return "relay-power";
  }

  @Override
  public String summary() {
    return "an ext4 file system that is shut down without flushing, under a relay in live use";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(4, 100);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, "full");
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("normal durability, as if full", 6, run -> run(run, "normal")));
  }

  private static Tally run(Run run, String durability) throws IOException, InterruptedException {
    try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE)) {
      Path store = disk.point().resolve("store.db");
      return run(run, disk, Serve.kyneta(run.folder(), store, durability));
    }
  }

  private static Tally run(Run run, Mount disk, Serve relay)
      throws IOException, InterruptedException {
    Set<Kind> kinds = Set.of(Kind.YJS, Kind.LORO, Kind.PLAIN, Kind.STATE);
    Verdict verdict = new Verdict();
    try (relay;
        Crowd crowd = new Crowd(kinds, run.seed())) {
      URI uri = relay.start();
      crowd.connect(uri);
      crowd.type();
      for (int i = 0; i < run.cycles() && verdict.isClean(); i++) {
        crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        // What it has told others is known only once none of its threads runs any more.
        Linux.stop(relay.pid());
        Linux.shutDown(disk.point());
        relay.kill();
        crowd.awaitGone();
        disk.unmount();
        disk.mount();
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
