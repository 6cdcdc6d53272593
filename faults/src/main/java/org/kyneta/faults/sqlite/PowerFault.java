package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Model;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.faults.sqlite.WriterProcess.Ending;
import org.kyneta.sqlite.Durability;

/**
 * The file system under a process that writes loses all that was not brought to the disk, again and
 * again. With full durability nothing that was acknowledged is lost; with normal durability, which
 * each fourth cycle has, a tail of it may be, and nothing else.
 */
public final class PowerFault implements Fault {

  private static final String IMAGE_SIZE = "128M";
  private static final long NUMBERS_PER_CYCLE = 1_000_000;
  private static final int[] CHECKPOINTS = {20, 200, 4_000};

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
    return new Cut(run).run();
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control("normal durability, as if full", 12, run -> new Cut(run).runUntilLost()));
  }

  /** One run. */
  private static final class Cut {

    private final Run run;
    private final Model model;
    private final SplittableRandom random;
    private Verdict verdict = Verdict.NOTHING;

    Cut(Run run) {
      this.run = run;
      this.model = new Model(Assignment.contents(run.seed()));
      this.random = new SplittableRandom(run.seed());
    }

    Tally run() throws IOException, InterruptedException {
      int cycle = 0;
      try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE);
          Writers writers = new Writers(run.folder())) {
        while (cycle < run.cycles()) {
          boolean isFull = cycle % 4 != 3;
          Verdict found = cycle(disk, writers, cycle, isFull ? Durability.FULL : Durability.NORMAL);
          verdict = verdict.plus(isFull ? found : found.forgivingLosses());
          run.progress().accept(++cycle);
        }
      }
      return verdict.tally(cycle, model.acknowledged());
    }

    Tally runUntilLost() throws IOException, InterruptedException {
      int cycle = 0;
      try (Mount disk = Mount.ext4(run.folder(), IMAGE_SIZE);
          Writers writers = new Writers(run.folder())) {
        while (cycle < run.cycles() && verdict.lost() == 0) {
          verdict = verdict.plus(cycle(disk, writers, cycle, Durability.NORMAL));
          run.progress().accept(++cycle);
        }
      }
      return verdict.tally(cycle, model.acknowledged());
    }

    private Verdict cycle(Mount disk, Writers writers, int cycle, Durability durability)
        throws IOException, InterruptedException {
      Assignment assignment =
          new Assignment(
              // Each library has each durability in its turn.
              Library.of(cycle + cycle / 4),
              durability,
              CHECKPOINTS[random.nextInt(CHECKPOINTS.length)],
              Flaw.NONE,
              run.seed(),
              cycle * NUMBERS_PER_CYCLE,
              disk.point().resolve("store.db"));
      Moment moment = Moment.draw(random);
      Verdict found;
      try (WriterProcess writer = writers.take()) {
        writer.go(assignment, model);
        found = writer.follow(model, moment, powerCut(disk));
      }
      disk.unmount();
      disk.mount();
      return found
          .plus(KillFault.judge(assignment, model))
          .at("cycle %d, %s, %s".formatted(cycle, assignment.library(), durability));
    }

    /** What the process has acknowledged is known only once none of its threads runs any more. */
    private static Ending powerCut(Mount disk) {
      return writer -> {
        Linux.stop(writer.pid());
        Linux.shutDown(disk.point());
        writer.kill();
      };
    }
  }
}
