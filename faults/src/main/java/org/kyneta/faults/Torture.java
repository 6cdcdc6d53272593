package org.kyneta.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Fault.Control;
import org.kyneta.faults.Fault.Injection;
import org.kyneta.faults.relay.Soak;
import org.kyneta.store.JsonValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Injects faults, and prints what came of each. */
@Command(
    name = "torture",
    description = "Injects faults under the stores and the relay, and looks for what is lost.",
    footer = {
      "",
      "Each fault is injected into what must survive it, then into what does not (its controls),",
      "which must show it. Exit codes: 0 nothing lost and all controls red, 1 otherwise, 2 wrong",
      "usage, 3 something was skipped."
    },
    subcommands = Soak.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Torture implements Callable<Integer> {

  private static final int SKIPPED = 3;

  private static final int MOST_ATTEMPTS = 5;

  /** That a control finds something is all that it is for. */
  private static final int SHOWN_OF_CONTROL = 1;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "faults; all if none is named")
  private List<String> names = List.of();

  @Option(names = "--short", description = "the short form, as continuous integration runs it")
  private boolean isShort;

  @Option(names = "--cycles", paramLabel = "N", description = "how often each is injected")
  private @Nullable Integer cycles;

  @Option(names = "--seed", paramLabel = "S", description = "repeats a run (default: drawn)")
  private @Nullable Long seed;

  @Option(
      names = "--controls",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "also injects each into what must not survive it (default)")
  private boolean withControls;

  @Option(names = "--directory", paramLabel = "DIR", description = "where databases are put")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--json", description = "a line of JSON for each fault and each control")
  private boolean isJson;

  @Option(names = "--list", description = "lists the faults")
  private boolean isList;

  private final PrintStream out = System.out;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Torture()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (isList) {
      Faults.ALL.forEach(fault -> out.printf("%-22s %s%n", fault.name(), fault.summary()));
      return 0;
    }
    long usedSeed = seed == null ? System.nanoTime() : seed;
    out.printf(isJson ? "{\"seed\":%d}%n" : "seed %d%n", usedSeed);
    int worst = 0;
    for (Fault fault : chosen()) {
      int code = torture(fault, usedSeed);
      worst = worst == 1 || code == 1 ? 1 : Math.max(worst, code);
    }
    return worst;
  }

  private List<Fault> chosen() {
    for (String name : names) {
      if (Faults.ALL.stream().noneMatch(fault -> fault.name().equals(name))) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "there is no fault " + name + "; --list shows them");
      }
    }
    return Faults.ALL.stream()
        .filter(fault -> names.isEmpty() || names.contains(fault.name()))
        .toList();
  }

  private int torture(Fault fault, long usedSeed) throws InterruptedException {
    int wanted =
        cycles != null ? cycles : isShort ? fault.cycles().shortForm() : fault.cycles().longForm();
    if (wanted == 0) {
      say(fault.name(), "not in the short form: it takes too long");
      return 0;
    }
    try {
      Tally found = report(fault.name(), fault::run, wanted, usedSeed);
      show(found, Tally.MOST_FINDINGS);
      boolean areRed = true;
      for (Control control : withControls ? fault.controls() : List.<Control>of()) {
        areRed &= isRed(fault.name() + " (control: " + control.name() + ")", control, usedSeed);
      }
      return found.isClean() && areRed ? 0 : 1;
    } catch (SkippedException e) {
      say(fault.name(), "SKIPPED: " + e.getMessage());
      return SKIPPED;
    } catch (IOException e) {
      say(fault.name(), "FAILED: " + e);
      return 1;
    }
  }

  /** Returns whether a control is found out; chance decides, so it is given several times. */
  private boolean isRed(String name, Control control, long usedSeed)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Tally tally = report(name, control.injection(), control.cycles(), usedSeed + attempt);
      show(tally, SHOWN_OF_CONTROL);
      if (!tally.isClean()) {
        return true;
      }
    }
    say(name, "this control must find something, or the fault proves nothing");
    return false;
  }

  private Tally report(String name, Injection injection, int wanted, long usedSeed)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Path folder = Files.createTempDirectory(directory, "kyneta-torture-");
    Tally tally;
    try {
      tally =
          injection.run(new Run(wanted, usedSeed, folder, done -> progress(name, done, wanted)));
    } finally {
      Folders.delete(folder);
    }
    progress("", 0, 0);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    print(name, tally, took);
    return tally;
  }

  private void say(String name, String what) {
    if (isJson) {
      out.printf("{\"name\":%s,\"message\":%s}%n", JsonValue.quote(name), JsonValue.quote(what));
    } else {
      out.printf("%-40s %s%n", name, what);
    }
  }

  private void print(String name, Tally tally, Duration took) {
    if (isJson) {
      out.printf(
          "{\"name\":%s,\"cycles\":%d,\"acknowledged\":%d,\"unknown\":%d,\"lost\":%d,\"findings\":[%s],\"seconds\":%d}%n",
          JsonValue.quote(name),
          tally.cycles(),
          tally.acknowledged(),
          tally.unknown(),
          tally.lost(),
          tally.findings().stream().map(JsonValue::quote).collect(Collectors.joining(",")),
          took.toSeconds());
    } else {
      out.printf(
          "%-40s %,7d cycles  %,11d acknowledged  %,7d unknown  %,7d lost  %,5d findings  %,4d s%n",
          name,
          tally.cycles(),
          tally.acknowledged(),
          tally.unknown(),
          tally.lost(),
          tally.findings().size(),
          took.toSeconds());
    }
  }

  private void show(Tally tally, int most) {
    if (isJson) {
      return;
    }
    tally.findings().stream().limit(most).forEach(finding -> out.printf("  %s%n", finding));
  }

  private static void progress(String name, int done, int wanted) {
    if (Boolean.getBoolean("kyneta.terminal")) {
      System.err.print(
          wanted == 0 ? "\r\u001b[K" : "\r%s: %,d of %,d\u001b[K".formatted(name, done, wanted));
    }
  }
}
