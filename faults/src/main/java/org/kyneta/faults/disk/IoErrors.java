package org.kyneta.faults.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.kyneta.faults.Fault;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.disk.FailingSession.Trust;
import org.kyneta.faults.disk.Failure.Kind;
import org.kyneta.faults.disk.Setting.Sync;
import org.kyneta.faults.sqlite.Library;

/**
 * A call to the system fails, once or for ever: each of those of a session, in each way. Every
 * operation is there or not, according to what was reported of it, before and after a power cut
 * that takes what could not be synchronised. A cycle is a session.
 */
public final class IoErrors implements Fault {

  private static final int SHORT = 500;
  private static final int LONG = 100_000;
  private static final int OF_CONTROL = 40;
  private static final List<Kind> KINDS =
      List.of(Kind.INPUT_OUTPUT_ERROR, Kind.NO_SPACE, Kind.SHORT_WRITE, Kind.SYNC_ERROR);
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(Library.JDBC, Sync.FULL),
          new Setting(Library.FFM, Sync.FULL),
          new Setting(Library.FFM_SHARED, Sync.FULL),
          new Setting(Library.JDBC, Sync.NORMAL));

  /** Makes the fault. */
  public IoErrors() {}

  @Override
  public String name() {
    return "io-errors";
  }

  @Override
  public String summary() {
    return "the Nth call for an SQLite file fails: EIO, ENOSPC, a short write; once, and for ever";
  }

  @Override
  public Cycles cycles() {
    return new Cycles(SHORT, LONG);
  }

  @Override
  public Tally run(Run run) throws IOException, InterruptedException {
    Shim shim = Shim.in(run.folder());
    SplittableRandom seeds = new SplittableRandom(run.seed());
    Tally tally = Tally.NOTHING;
    for (Setting setting : SETTINGS) {
      int before = tally.cycles();
      int most = Math.max(1, run.cycles() / SETTINGS.size());
      IntConsumer progress = done -> run.progress().accept(before + done);
      long seed = seeds.nextInt(Integer.MAX_VALUE);
      tally = tally.plus(judge(shim, setting, KINDS, Trust.NONE, seed, most, progress));
    }
    return tally;
  }

  @Override
  public List<Control> controls() {
    return List.of(
        control("writes that are not done", Kind.LOST_WRITE, Trust.NONE),
        control("syncs that are not done", Kind.LOST_SYNC, Trust.NONE),
        control("an unknown outcome taken for done", Kind.INPUT_OUTPUT_ERROR, Trust.BLIND));
  }

  private static Control control(String name, Kind kind, Trust trust) {
    return new Control(
        name,
        OF_CONTROL,
        run ->
            judge(
                Shim.in(run.folder()),
                SETTINGS.getFirst(),
                List.of(kind),
                trust,
                run.seed(),
                run.cycles(),
                run.progress()));
  }

  private static Tally judge(
      Shim shim,
      Setting setting,
      List<Kind> kinds,
      Trust trust,
      long seed,
      int most,
      IntConsumer progress)
      throws IOException, InterruptedException {
    Process process =
        shim.start(
            FailingProcess.class,
            List.of(
                shim.folder().toString(),
                shim.log().toString(),
                shim.control().toString(),
                Long.toString(seed),
                Integer.toString(most),
                setting.library().name(),
                setting.sync().name(),
                trust.name(),
                kinds.stream().map(Kind::name).collect(Collectors.joining(","))));
    Tally tally = Tally.NOTHING;
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        tally = tally.plus(tally(line));
        progress.accept(tally.cycles());
        line = lines.readLine();
      }
      if (process.waitFor() != 0) {
        throw new IOException("the sessions ended with exit code " + process.exitValue());
      }
    } finally {
      process.destroyForcibly();
    }
    return tally;
  }

  private static Tally tally(String line) throws IOException {
    if (line.startsWith("finding ")) {
      return new Tally(0, 0, 0, 0, List.of(line.substring("finding ".length())));
    }
    String[] numbers = line.split(" ", -1);
    if (!numbers[0].equals("session") || numbers.length != 4) {
      throw new IOException("expected a session, found: " + Arrays.toString(numbers));
    }
    return new Tally(
        1,
        Long.parseLong(numbers[1]),
        Long.parseLong(numbers[2]),
        Long.parseLong(numbers[3]),
        List.of());
  }
}
