package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Model;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreException;

/**
 * A process that writes is killed at any moment, again and again over the same file: each document
 * is as it was acknowledged, or that and the one operation in flight.
 */
public final class KillFault implements Fault {

  private static final int[] CHECKPOINTS = {20, 200, 4_000};
  private static final long NUMBERS_PER_CYCLE = 1_000_000;

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String summary() {
    return "kill -9 of a process with 16 writers, over either SQLite library in turn";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(40, 1_000);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Flaw.NONE);
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control("acknowledges before the commit", 20, run -> run(run, Flaw.EARLY)),
        new Control("replaces in two transactions", 20, run -> run(run, Flaw.TWO_STEPPED)));
  }

  /** Does all cycles; with a flaw, until it is found. */
  private static Tally run(Run run, Flaw flaw) throws IOException, InterruptedException {
    Model model = new Model(Assignment.contents(run.seed()));
    SplittableRandom random = new SplittableRandom(run.seed());
    Verdict verdict = Verdict.NOTHING;
    int cycle = 0;
    try (Writers writers = new Writers(run.folder())) {
      while (cycle < run.cycles() && (flaw == Flaw.NONE || verdict.isClean())) {
        Assignment assignment =
            new Assignment(
                Library.of(cycle),
                Durability.FULL,
                CHECKPOINTS[random.nextInt(CHECKPOINTS.length)],
                flaw,
                run.seed(),
                cycle * NUMBERS_PER_CYCLE,
                run.folder().resolve("store.db"));
        String where = "cycle %d, %s".formatted(cycle, assignment.library());
        Moment moment = Moment.draw(random);
        try (WriterProcess writer = writers.take()) {
          writer.go(assignment, model);
          verdict = verdict.plus(writer.follow(model, moment, WriterProcess.Ending.KILL).at(where));
        }
        verdict = verdict.plus(judge(assignment, model).at(where));
        run.progress().accept(++cycle);
      }
    }
    return verdict.tally(cycle, model.acknowledged());
  }

  /** Opens a store as a process that comes after would, and judges it. */
  static Verdict judge(Assignment assignment, Model model) {
    try (SqliteStore store = assignment.open()) {
      return model.judge(store).plus(Assignment.verify(store));
    } catch (StoreException e) {
      return Verdict.of("expected to open the store and read it, found " + e);
    }
  }
}
