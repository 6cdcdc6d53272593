package org.kyneta.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.kyneta.benchmarks.Peers.Contender;

/**
 * Measures this store beside its peers.
 *
 * <p>All peers run at once as child processes, of which one works at a time: in each round every
 * peer has its turn, in an order that is drawn anew. What disturbs the machine so disturbs all of
 * them alike. A first round only warms up; of the others medians are taken.
 */
final class Compare {

  private static final double ROUND_SECONDS = 0.3;
  private static final double QUICK_ROUND_SECONDS = 0.05;
  private static final int MOST_TIMES = 100_000;

  private final CompareOptions options;
  private final Peers peers;
  private final Path directory;
  private final Places places;
  private final Path traces;
  private final Random random = new Random();

  private Compare(CompareOptions options, Peers peers, Path directory, Places places, Path traces) {
    this.options = options;
    this.peers = peers;
    this.directory = directory;
    this.places = places;
    this.traces = traces;
  }

  /** Runs the comparison that the arguments ask for. */
  public static void main(String[] arguments) throws IOException {
    Path checkout = Path.of(System.getProperty("kyneta.checkout", "")).toAbsolutePath();
    PrintStream out = new PrintStream(System.out, /* autoFlush= */ true, StandardCharsets.UTF_8);
    try {
      CompareOptions options =
          CompareOptions.parse(List.of(arguments), checkout.resolve("benchmarks/target"));
      if (options.help()) {
        out.println(CompareOptions.USAGE);
      } else {
        run(options, checkout, out);
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + CompareOptions.USAGE);
      System.exit(2);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void run(CompareOptions options, Path checkout, PrintStream out)
      throws IOException {
    Files.createDirectories(options.directory());
    Path directory = Files.createTempDirectory(options.directory().toAbsolutePath(), "compare-");
    Places.InDirectory files = new Places.InDirectory(directory);
    try (Places places = options.postgres() ? new PostgresPlaces() : files;
        Peers peers = Peers.start(checkout, options.postgres())) {
      Path traces = checkout.resolveSibling("shared").resolve("traces");
      new Compare(options, peers, directory, places, traces).run(out);
    } finally {
      files.clear();
      Files.delete(directory);
    }
  }

  private void run(PrintStream out) throws IOException {
    if (!options.json()) {
      Report.printHead(out);
    }
    for (Experiment experiment : Experiments.all(options.quick(), options.postgres())) {
      List<Figure> wanted =
          experiment.figures().stream()
              .filter(figure -> options.only().matcher(figure.name()).find())
              .toList();
      if (!wanted.isEmpty() && hasTrace(experiment)) {
        for (Series series : measure(experiment, wanted)) {
          print(series, out);
        }
        places.clear();
      }
    }
  }

  private boolean hasTrace(Experiment experiment) {
    String trace = experiment.trace();
    if (trace == null || Files.exists(traces.resolve(trace + ".updates.gz"))) {
      return true;
    }
    String name = experiment.figures().getFirst().name();
    System.err.printf("skipping %s: there is no such session in %s%n", name, traces);
    return false;
  }

  private void print(Series series, PrintStream out) {
    if (options.json()) {
      Report.printJson(series, out);
    } else {
      Report.printRow(series, out);
    }
  }

  /** A contender, and the command that it is given in every round. */
  private record Turn(Contender contender, Command command) {}

  private List<Series> measure(Experiment experiment, List<Figure> figures) throws IOException {
    List<Turn> order = new ArrayList<>();
    for (Contender contender : peers.contenders(experiment.lineup())) {
      order.add(new Turn(contender, prepare(experiment, contender)));
    }
    List<Series> all = figures.stream().map(Series::new).toList();
    int rounds = experiment.lineup().rounds(options.rounds());
    for (int round = 0; round <= rounds; round++) {
      Collections.shuffle(order, random);
      for (Turn turn : order) {
        Outcome outcome = turn.contender.process().ask(turn.command);
        if (round > 0) {
          all.forEach(
              series -> series.add(turn.contender.name(), series.figure().measure().of(outcome)));
        }
      }
    }
    return all;
  }

  /** Makes a contender's database, and returns the command of its rounds. */
  private Command prepare(Experiment experiment, Contender contender) throws IOException {
    PeerProcess peer = contender.process();
    String place = places.create(contender.name(), experiment.command(""));
    Command command = contender.variation().apply(experiment.command(place));
    if (Peers.isOwn(peer.name())) {
      command = experiment.own().apply(command);
    }
    if (!experiment.isRepeated()) {
      return withTrace(experiment, command);
    }
    peer.ask(withTrace(experiment, contender.variation().apply(experiment.fill(place))));
    if (experiment.documents() > 0) {
      places.addDocuments(place, experiment.documents());
    }
    // Twice, since the first time includes what a virtual machine compiles.
    int times = timesOf(peer.ask(command.with("times", 1)), 1);
    return command.with("times", timesOf(peer.ask(command.with("times", times)), times));
  }

  private Command withTrace(Experiment experiment, Command command) {
    String trace = experiment.trace();
    return trace == null ? command : command.with("trace", unpacked(trace).toString());
  }

  /** Returns how often a peer can do its work in one round, so that all rounds are long enough. */
  private int timesOf(Outcome outcome, int times) {
    double seconds = options.quick() ? QUICK_ROUND_SECONDS : ROUND_SECONDS;
    double once = Math.max(1, outcome.nanoseconds()) / 1e9 / times;
    return Math.clamp(Math.round(seconds / once), 1, MOST_TIMES);
  }

  private Path unpacked(String trace) {
    Path updates = directory.resolve(trace + ".updates");
    if (!Files.exists(updates)) {
      Payloads.unpack(traces.resolve(trace + ".updates.gz"), updates);
    }
    return updates;
  }
}
