package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Folders;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sqlite.Durability;

/**
 * The disk is full, again and again, and again there is room: what fails has changed nothing and is
 * told as a failure of the storage, and the same store goes on. A cycle is an operation that found
 * no room, with each library and durability.
 */
public final class FullDiskFault implements Fault {

  private static final String SIZE = "2m";

  @Override
  public String name() {
    return "full-disk";
  }

  @Override
  public String summary() {
    return "a disk of 2 MB that is full now and then, under 8 writers, backups and new stores";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(60, 300);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return run(run, Flaw.NONE);
  }

  @Override
  public List<Control> controls() {
    return List.of(new Control("acknowledges what was refused", 40, run -> run(run, Flaw.DEAF)));
  }

  private static Tally run(Run run, Flaw flaw) throws IOException, InterruptedException {
    Library.requireAll();
    Tally tally = Tally.NOTHING;
    SplittableRandom random = new SplittableRandom(run.seed());
    try (Mount disk = Mount.memory(run.folder(), SIZE)) {
      for (Library library : Library.values()) {
        for (Durability durability : Durability.values()) {
          String name = "%s, %s".formatted(library, durability);
          int before = tally.cycles();
          try (FullDiskRun mode =
              new FullDiskRun(
                  disk.point(), name + ".db", library, durability, flaw, random.split())) {
            Verdict verdict = mode.run(run.cycles(), done -> run.progress().accept(before + done));
            tally = tally.plus(verdict.at(name).tally(mode.refused(), mode.acknowledged()));
          }
          Folders.empty(disk.point());
          if (flaw != Flaw.NONE && !tally.isClean()) {
            return tally;
          }
        }
      }
    }
    return tally;
  }
}
