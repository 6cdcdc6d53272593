package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.kyneta.faults.Model;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreException;

/**
 * Cycles over one file: a process writes to it and is struck, and what it leaves is opened and
 * judged; then comes the next, over what is there. Not thread-safe.
 */
final class Series implements AutoCloseable {

  /** After how many pages the log is brought into the file: often, now and then, hardly ever. */
  private static final int[] CHECKPOINTS = {20, 200, 4_000};

  /** How many stores are opened over one file, every other time that they may share it. */
  private static final int SHARING = 4;

  private static final long NUMBERS_PER_CYCLE = 1_000_000;

  private final Run run;
  private final Path file;
  private final Model model;
  private final SplittableRandom random;
  private final Writers writers;
  private int done;

  /**
   * Begins with a file that does not exist.
   *
   * @param run how it is run
   * @param file the file
   */
  Series(Run run, Path file) throws IOException {
    this.run = run;
    this.file = file;
    this.model = new Model(Assignment.contents(run.seed()));
    this.random = new SplittableRandom(run.seed());
    this.writers = new Writers(run.folder());
  }

  /** Returns how many cycles are done. */
  int done() {
    return done;
  }

  /** Does a cycle, and returns what is wrong. */
  Verdict cycle(Library library, Durability durability, Flaw flaw, Ending ending)
      throws IOException, InterruptedException {
    Assignment assignment =
        new Assignment(
            library,
            library.binding().sharesFiles() && random.nextBoolean() ? SHARING : 1,
            durability,
            CHECKPOINTS[random.nextInt(CHECKPOINTS.length)],
            flaw,
            run.seed(),
            done * NUMBERS_PER_CYCLE,
            file);
    Verdict found;
    try (WriterProcess writer = writers.take()) {
      writer.go(assignment, model);
      found = writer.follow(model, Moment.draw(random), ending);
    }
    ending.recover();
    found = found.plus(judge(assignment));
    String where =
        "cycle %d, %s, %d stores, %s".formatted(done, library, assignment.stores(), durability);
    run.progress().accept(++done);
    return found.at(where);
  }

  /** Opens the store as a process that comes after would, and judges it. */
  private Verdict judge(Assignment assignment) {
    try (SqliteStore store = assignment.open()) {
      return model.judge(store).plus(Verdict.verifying(store));
    } catch (StoreException e) {
      return Verdict.of("expected to open the store and read it, found " + e);
    }
  }

  /** Returns the tally of these cycles, given what was wrong in all of them. */
  Tally tally(Verdict verdict) {
    return verdict.tally(done, model.acknowledged());
  }

  @Override
  public void close() {
    writers.close();
  }
}
