package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.util.List;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sqlite.Durability;

/**
 * A process that writes is killed at any moment, again and again over the same file: each document
 * is as it was acknowledged, or that and the one operation in flight.
 */
public final class KillFault implements Fault {

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String summary() {
    return "kill -9 of a process with 16 writers, over each SQLite library in turn";
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
    Library.requireAll();
    Verdict verdict = Verdict.NOTHING;
    try (Series series = new Series(run, run.folder().resolve("store.db"))) {
      while (series.done() < run.cycles() && (flaw == Flaw.NONE || verdict.isClean())) {
        Library library = Library.of(series.done());
        verdict = verdict.plus(series.cycle(library, Durability.FULL, flaw, Ending.KILL));
      }
      return series.tally(verdict);
    }
  }
}
