package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.kyneta.faults.Tally;
import org.kyneta.faults.sqlite.Library;

/** Sessions with failing calls, as a process of their own. */
final class FailingProcess {

  private FailingProcess() {}

  /**
   * Takes the shim's folder, log and control, the seed, the most sessions, the library, the sync,
   * the trust, and the kinds of failures; writes a line for each session, and one for each finding.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path images = Files.createDirectories(folder.resolveSibling("images"));
    Control control = Control.map(Path.of(arguments[2]));
    FailingSession.Place place =
        new FailingSession.Place(folder, Path.of(arguments[1]), images, control);
    long seed = Long.parseLong(arguments[3]);
    int most = Integer.parseInt(arguments[4]);
    Setting setting =
        new Setting(Library.valueOf(arguments[5]), Setting.Sync.valueOf(arguments[6]));
    FailingSession.Trust trust = FailingSession.Trust.valueOf(arguments[7]);
    String[] kinds = arguments[8].split(",", -1);
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : kinds) {
      Failure none = new Failure(Failure.Kind.valueOf(name), 0, 1);
      write(new FailingSession(place, setting, seed, none, trust).run());
      List<Failure> failures = failures(none.kind(), control.calls());
      double every = Math.max(1, failures.size() * kinds.length / (double) most);
      for (double i = random.nextDouble(every); i < failures.size(); i += every) {
        write(new FailingSession(place, setting, seed, failures.get((int) i), trust).run());
      }
    }
  }

  private static List<Failure> failures(Failure.Kind kind, long calls) {
    List<Failure> failures = new ArrayList<>();
    for (int call = 1; call <= calls; call++) {
      failures.add(new Failure(kind, call, 1));
      if (kind == Failure.Kind.SYNC_ERROR) {
        // A sync fails again when a connection is closed since the first has failed.
        failures.add(new Failure(kind, call, 2));
        failures.add(new Failure(kind, call, 3));
      }
      failures.add(new Failure(kind, call, Failure.FOREVER));
    }
    return failures;
  }

  private static void write(Tally tally) {
    System.out.println(
        "session %d %d %d".formatted(tally.acknowledged(), tally.unknown(), tally.lost()));
    tally.findings().forEach(finding -> System.out.println("finding " + finding));
    System.out.flush();
  }
}
