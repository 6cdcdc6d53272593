package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Model;
import org.kyneta.faults.Report;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.disk.Disk.Cut;
import org.kyneta.faults.disk.Event.Synced;
import org.kyneta.faults.disk.ImageJudge.Moment;
import org.kyneta.faults.disk.Setting.Sync;
import org.kyneta.faults.sqlite.Library;

/**
 * The power is cut at every moment of a session: all writes and syncs are recorded, and from them
 * is made what a disk may hold then. A cycle is one such image, opened and read whole.
 */
public final class CrashImages implements Fault {

  private static final int SHORT = 1_500;
  private static final int LONG = 16_000;
  private static final int OF_CONTROL = 400;
  private static final int MOST_OF_SESSION = 600;

  /** Makes the fault. */
  public CrashImages() {}

  @Override
  public String name() {
    return "crash-images";
  }

  @Override
  public String summary() {
    return "every state that a power cut may leave of an SQLite file, from a record of its writes";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(SHORT, LONG);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    List<Setting> settings = new ArrayList<>();
    for (Library library : Library.values()) {
      settings.add(new Setting(library, Sync.FULL));
      settings.add(new Setting(library, Sync.NORMAL));
    }
    return judge(run, settings, /* obeysSyncs= */ true, /* asFull= */ false);
  }

  @Override
  public List<Control> controls() {
    List<Setting> full = List.of(new Setting(Library.JDBC, Sync.FULL));
    List<Setting> normal = List.of(new Setting(Library.JDBC, Sync.NORMAL));
    List<Setting> off = List.of(new Setting(Library.JDBC, Sync.OFF));
    return List.of(
        new Control("synchronous=OFF", OF_CONTROL, run -> judge(run, off, true, true)),
        new Control("NORMAL held to FULL", OF_CONTROL, run -> judge(run, normal, true, true)),
        new Control("a disk that ignores syncs", OF_CONTROL, run -> judge(run, full, false, true)));
  }

  private static Tally judge(Run run, List<Setting> settings, boolean obeysSyncs, boolean asFull)
      throws IOException, InterruptedException {
    Shim shim = Shim.in(run.folder());
    Path images = Files.createDirectory(run.folder().resolve("images"));
    ImageJudge judge = new ImageJudge(images, run.progress());
    SplittableRandom seeds = new SplittableRandom(run.seed());
    int rounds = 0;
    while (judge.cycles() < run.cycles()) {
      Setting setting = settings.get(rounds % settings.size());
      int share = Math.clamp(run.cycles() / settings.size(), 1, MOST_OF_SESSION);
      int most = Math.min(share, run.cycles() - judge.cycles());
      Session session = Session.record(shim, seeds.nextInt(Integer.MAX_VALUE), setting);
      replay(session, judge, new Disk(obeysSyncs), asFull || setting.sync() == Sync.FULL, most);
      rounds++;
    }
    return judge.tally();
  }

  /** Makes images at each event; more of them, and worse ones, where something was promised. */
  private static void replay(Session session, ImageJudge judge, Disk disk, boolean isFull, int most)
      throws IOException {
    SplittableRandom random = new SplittableRandom(session.seed());
    Model model = new Model(Session.contents(session.seed()));
    double every = Math.max(1, 4.0 * session.events().size() / most / 3);
    double next = 0;
    for (int i = 0; i < session.events().size(); i++) {
      Event event = session.events().get(i);
      Optional<Report> report = session.report(event);
      report.ifPresentOrElse(said -> said.tell(model), () -> disk.apply(event));
      boolean isPromise = event instanceof Synced || report.isPresent();
      Moment now = new Moment(session, i, model, isFull);
      if (isPromise) {
        judge.look(now, disk, Cut.NOTHING, random);
      }
      if (i >= next) {
        next += every;
        Cut[] cuts = Cut.values();
        judge.look(now, disk, cuts[random.nextInt(cuts.length)], random);
      }
    }
    judge.end(model);
  }
}
