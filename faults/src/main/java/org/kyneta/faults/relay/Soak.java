package org.kyneta.faults.relay;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Folders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for what grows in a relay under a steady load. */
@Command(
    name = "soak",
    description = {
      "Puts a relay under a steady load, and looks for what grows.",
      "",
      "Twenty clients edit twenty documents of all kinds, at most 500 edits a second together;"
          + " each",
      "minute they leave, and twenty others come with documents of their own. Prints a line of"
          + " JSON",
      "for each sample. Exit codes: 0 nothing grows and nothing is lost, 1 otherwise."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Soak implements Callable<Integer> {

  private static final Duration ERA = Duration.ofSeconds(60);
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "1800",
      description = "how long (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(names = "--svg", paramLabel = "FILE", description = "where an image is put")
  private @Nullable Path svg;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "what is typed")
  private long seed;

  @Option(
      names = "--leaky",
      description = "as a control: a relay that leaks, which must be found out")
  private boolean leaky;

  @Option(names = "--directory", paramLabel = "DIR", description = "where the store is put")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  private final PrintStream out = System.out;
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();

  /** Makes one with the default options. */
  public Soak() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "kyneta-soak-");
    Path store = folder.resolve("store.db");
    try (Serve relay = leaky ? Serve.leaky(folder, store) : Serve.kyneta(folder, store, "full")) {
      soak(relay);
      findings.addAll(relay.errors());
    } finally {
      Folders.delete(folder);
    }
    if (svg != null) {
      Files.writeString(svg, Plot.svg(samples));
    }
    boolean isGood = findings.isEmpty();
    for (Series series : Series.ALL) {
      boolean isFlat = series.isFlat(samples);
      isGood &= isFlat;
      out.printf(
          "%-30s %s, grown by %s%n",
          series.name(), isFlat ? "flat" : "GROWS", series.show(series.growth(samples)));
    }
    findings.forEach(out::println);
    return isGood ? 0 : 1;
  }

  private void soak(Serve relay) throws IOException, InterruptedException {
    URI uri = relay.start();
    long begun = System.nanoTime();
    long end = begun + Duration.ofSeconds(seconds).toNanos();
    long nextSample = begun;
    try (Heap heap = Heap.of(relay.pid())) {
      for (int era = 0; System.nanoTime() < end; era++) {
        long endOfEra = Math.min(end, System.nanoTime() + ERA.toNanos());
        try (Crowd crowd = new Crowd("era-" + era, EnumSet.allOf(Kind.class), seed + era)) {
          crowd.connect(uri);
          crowd.type();
          while (System.nanoTime() < endOfEra) {
            nextSample += BETWEEN_SAMPLES.toNanos();
            Thread.sleep(Math.max(0, (nextSample - System.nanoTime()) / 1_000_000));
            Sample sample = Sample.of(relay, heap, begun);
            samples.add(sample);
            out.println(sample.toJson());
          }
          if (crowd.gone() > 0) {
            findings.add("era %d: %d connections have ended".formatted(era, crowd.gone()));
          }
          crowd.converge();
          findings.addAll(crowd.findings());
        }
      }
    }
  }
}
