package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sqlite.Durability;

/**
 * The file system under a process that writes loses all that was not brought to the disk, again and
 * again. With full durability nothing that was acknowledged is lost; with normal durability, which
 * each fourth cycle has, a tail of it may be, and nothing else.
 */
public final class PowerFault implements Fault {

  private static final String IMAGE_SIZE = "128M";

  @Override
  public String name() {
    return "power";
  }

  @Override
  public String summary() {
    return "an ext4 file system that is shut down without flushing, under 16 writers";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(24, 300);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    Library.requireAll();
    Verdict verdict = Verdict.NOTHING;
    try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE);
        Series series = series(run, disk)) {
      while (series.done() < run.cycles()) {
        Library library = Library.of(series.done());
        boolean isFull = series.done() % 4 != 3;
        Durability durability = isFull ? Durability.FULL : Durability.NORMAL;
        Verdict found = series.cycle(library, durability, Flaw.NONE, new PowerCut(disk));
        verdict = verdict.plus(isFull ? found : found.forgivingLosses());
      }
      return series.tally(verdict);
    }
  }

  private static Series series(Run run, Mount disk) throws IOException {
    return new Series(run, disk.point().resolve("store.db"));
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("normal durability, as if full", 12, PowerFault::runUntilLost));
  }

  private static Tally runUntilLost(Run run) throws IOException, InterruptedException {
    Verdict verdict = Verdict.NOTHING;
    try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE);
        Series series = series(run, disk)) {
      while (series.done() < run.cycles() && verdict.lost() == 0) {
        Library library = Library.of(series.done());
        verdict =
            verdict.plus(series.cycle(library, Durability.NORMAL, Flaw.NONE, new PowerCut(disk)));
      }
      return series.tally(verdict);
    }
  }

  private record PowerCut(Mount disk) implements Ending {

    @Override
    public void strike(WriterProcess writer) throws IOException, InterruptedException {
      disk.shutDown(writer.pid());
      writer.kill();
    }

    @Override
    public void recover() throws IOException, InterruptedException {
      disk.remount();
    }
  }
}
