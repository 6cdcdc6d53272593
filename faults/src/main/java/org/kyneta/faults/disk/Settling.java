package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Model;
import org.kyneta.faults.Report;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.disk.Disk.Cut;
import org.kyneta.faults.disk.Event.Synced;
import org.kyneta.faults.disk.Event.Written;
import org.kyneta.faults.disk.ImageJudge.Moment;
import org.kyneta.faults.disk.Setting.Sync;
import org.kyneta.faults.disk.SettlingProcess.Part;
import org.kyneta.faults.sqlite.Library;

/**
 * A sync fails, and the power is cut at every moment from then on until the writer, or another
 * process after a kill, has settled what was left and goes on. A cycle is one image of the disk,
 * opened and read whole.
 */
public final class Settling implements Fault {

  private static final int SHORT = 600;
  private static final int LONG = 9_000;
  private static final int OF_CONTROL = 1_500;

  /** One in so many writes after which nothing was promised. */
  private static final int BETWEEN = 6;

  private static final List<Cut> WORSE = List.of(Cut.ALL, Cut.FIRST, Cut.ANY, Cut.TORN);

  /** Makes the fault. */
  public Settling() {}

  @Override
  public String name() {
    return "settling";
  }

  @Override
  public String summary() {
    return "the power is cut at every moment while a writer settles what a failed sync has left";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(SHORT, LONG);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    return judge(run, event -> true);
  }

  @Override
  public List<Control> controls() {
    return List.of(
        new Control(
            "a log that is not written again",
            OF_CONTROL,
            run -> judge(run, event -> !isWholeLog(event))));
  }

  /** SQLite itself writes page by page. */
  private static boolean isWholeLog(Event event) {
    return event instanceof Written written && written.bytes().length > Setting.LARGEST_PAGE;
  }

  /**
   * Every other session is killed when the sync has failed. Many leave nothing that could be lost;
   * where one did, and much is found, the others are let be.
   */
  private static Tally judge(Run run, Predicate<Event> reachesDisk)
      throws IOException, InterruptedException {
    Shim shim = Shim.in(run.folder());
    Path images = Files.createDirectory(run.folder().resolve("images"));
    ImageJudge judge = new ImageJudge(images, run.progress());
    SplittableRandom seeds = new SplittableRandom(run.seed());
    Library[] libraries = Library.values();
    for (int i = 0; judge.cycles() < run.cycles() && !judge.hasFoundMuch(); i++) {
      Setting setting = new Setting(libraries[i / 2 % libraries.length], Sync.FULL);
      long seed = seeds.nextInt(Integer.MAX_VALUE);
      List<Part> parts = i % 2 == 0 ? List.of(Part.WHOLE) : List.of(Part.KILLED, Part.RESUMED);
      for (Part part : parts) {
        Session.run(shim, SettlingProcess.class, seed, part.name(), setting);
      }
      replay(Session.take(shim, seed, setting), judge, reachesDisk, run.cycles());
    }
    return judge.tally();
  }

  private static void replay(
      Session session, ImageJudge judge, Predicate<Event> reachesDisk, int most)
      throws IOException {
    SplittableRandom random = new SplittableRandom(session.seed());
    // The system gives up on what it could not write; how much that was, nobody knows.
    boolean isPartly = random.nextBoolean();
    Disk disk = new Disk(/* obeysSyncs= */ true, () -> isPartly && random.nextBoolean());
    Model model = new Model(Session.contents(session.seed()));
    boolean hasFailed = false;
    for (int i = 0; i < session.events().size() && judge.cycles() < most; i++) {
      Event event = session.events().get(i);
      Optional<Report> report = session.report(event);
      if (report.isPresent()) {
        report.get().tell(model);
      } else if (reachesDisk.test(event)) {
        disk.apply(event);
      }
      hasFailed |= event instanceof Synced synced && synced.failed();
      boolean isPromise = event instanceof Synced || report.isPresent();
      if (hasFailed && (isPromise || random.nextInt(BETWEEN) == 0)) {
        Moment now = new Moment(session, i, model, /* isFull= */ true);
        judge.look(now, disk, Cut.NOTHING, random);
        judge.look(now, disk, WORSE.get(random.nextInt(WORSE.size())), random);
      }
    }
    judge.end(model);
  }
}
