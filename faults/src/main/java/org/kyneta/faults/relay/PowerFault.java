package org.kyneta.faults.relay;

import java.io.IOException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.sqlite.Mount;

/**
 * The file system under a relay loses all that was not brought to the disk, while clients edit
 * through it. What a client has seen of others must be in the file then.
 */
final class PowerFault implements Fault {

  private static final String IMAGE_SIZE = "128M";

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
    try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE);
        Serve relay = Serve.kyneta(run.folder(), disk.point().resolve("store.db"), durability)) {
      return LiveUse.interrupted(run, relay, new PowerCut(disk));
    }
  }

  private record PowerCut(Mount disk) implements Ending {

    @Override
    public void strike(Serve relay) throws IOException, InterruptedException {
      disk.shutDown(relay.pid());
      relay.kill();
    }

    @Override
    public void recover() throws IOException, InterruptedException {
      disk.remount();
    }
  }
}
