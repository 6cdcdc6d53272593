package org.kyneta.benchmarks.load;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.kyneta.benchmarks.load.Fleet.Pace;

/**
 * What a run is asked for.
 *
 * @param kind what is done
 * @param connections how many clients there are, at least 2
 * @param documents how many documents they share
 * @param seconds how long it takes
 * @param relays how many relays there are; several share a PostgreSQL database
 * @param durabilities {@code full}, {@code normal} or both
 * @param pace how fast is typed
 * @param kills how often the relay is killed
 * @param seed decides when
 * @param serverHeap the largest heap of the relay, as {@code -Xmx} takes it; empty for the default
 * @param json whether to print lines of JSON
 * @param directory where stores and logs are put for the time being
 * @param help whether only the options are to be listed
 */
record LoadOptions(
    Kind kind,
    int connections,
    int documents,
    int seconds,
    int relays,
    List<String> durabilities,
    Pace pace,
    int kills,
    long seed,
    String serverHeap,
    boolean json,
    Path directory,
    boolean help) {

  /** What is done to the relay. */
  enum Kind {
    /** It is used. */
    STEADY,
    /** It is killed again and again. */
    KILLS,
    /** It is attacked. */
    HOSTILE
  }

  static final String USAGE =
      """
      usage: benchmarks/load [--kills [N] | --hostile [SECONDS]] [options]

        --kills [N]         kill the relay N times under load (default 100), and look for what is lost
        --hostile [SECONDS] attack the relay for so long (default 600) beside well-behaved clients
        --connections N     well-behaved clients (default 1000; 100 with --kills; 40 with --hostile)
        --documents N       documents they share (default 1000; 100 with --kills; 20 with --hostile)
        --seconds N         how long the steady load lasts (default 120)
        --relays N          so many relays over a PostgreSQL database, which is started for it; each client
                            is at the next one, so that who types and who follows are at different ones
                            (default 1, over a file)
        --durability WHICH  full, normal or both (default both; full with --kills and --hostile)
        --rate N            edits a second that are typed in all documents together, 0 for as many as
                            --in-flight lets through (default 5000; 0 with --kills; 200 with --hostile)
        --in-flight N       edits of a document under way at a time at most (default 64; 8 with --kills)
        --profile original  20 documents with a sender and a receiver each, 64 edits in flight each
        --seed N            decides when the relay is killed, and what hostile clients send (default 1)
        --server-heap SIZE  the relay's -Xmx (default Java's own; 256m with --hostile)
        --json              a line of JSON for each run
        --directory DIR     where stores are put for the time being (default benchmarks/target; where
                            that is in memory, fsync means nothing)
        --help              this text\
      """;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong
   */
  static LoadOptions parse(List<String> arguments, Path defaultDirectory) {
    Draft draft = new Draft(defaultDirectory);
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      draft.take(rest.pop(), rest);
    }
    return draft.options();
  }

  /** The options while they are read; what is below 0 was not given. */
  private static final class Draft {

    private static final int NOT_GIVEN = -1;

    private Kind kind = Kind.STEADY;
    private int connections = NOT_GIVEN;
    private int documents = NOT_GIVEN;
    private int seconds = NOT_GIVEN;
    private int rate = NOT_GIVEN;
    private int inFlight = NOT_GIVEN;
    private int relays = 1;
    private int kills = 100;
    private String durability = "";
    private long seed = 1;
    private String serverHeap = "";
    private boolean json;
    private boolean help;
    private Path directory;

    Draft(Path directory) {
      this.directory = directory;
    }

    void take(String argument, Deque<String> rest) {
      switch (argument) {
        case "--kills" -> {
          kind = Kind.KILLS;
          kills = optional(argument, rest, kills);
        }
        case "--hostile" -> {
          kind = Kind.HOSTILE;
          seconds = optional(argument, rest, 600);
        }
        case "--connections" -> connections = number(argument, rest, 2);
        case "--documents" -> documents = number(argument, rest, 1);
        case "--seconds" -> seconds = number(argument, rest, 1);
        case "--relays" -> relays = number(argument, rest, 1);
        case "--durability" -> durability = oneOf(argument, rest, "full", "normal", "both");
        case "--rate" -> rate = number(argument, rest, 0);
        case "--in-flight" -> inFlight = number(argument, rest, 1);
        case "--profile" -> original(argument, rest);
        case "--seed" -> seed = number(argument, rest, 0);
        case "--server-heap" -> serverHeap = value(argument, rest);
        case "--json" -> json = true;
        case "--directory" -> directory = Path.of(value(argument, rest));
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException("unknown option " + argument);
      }
    }

    private void original(String argument, Deque<String> rest) {
      String _ = oneOf(argument, rest, "original");
      connections = 40;
      documents = 20;
      rate = 0;
      inFlight = 64;
    }

    LoadOptions options() {
      boolean steady = kind == Kind.STEADY;
      boolean isHostile = kind == Kind.HOSTILE;
      boolean several = relays > 1;
      if (several && (!steady || !durability.isEmpty())) {
        throw new IllegalArgumentException(
            "--relays: expected steady load and no durability, which a database sets itself");
      }
      String wanted = given(durability, steady && !several ? "both" : "full");
      return new LoadOptions(
          kind,
          given(connections, steady ? 1_000 : isHostile ? 40 : 100),
          given(documents, steady ? 1_000 : isHostile ? 20 : 100),
          given(seconds, 120),
          relays,
          wanted.equals("both") ? List.of("full", "normal") : List.of(wanted),
          new Pace(
              given(rate, steady ? 5_000 : isHostile ? 200 : 0),
              Math.min(given(inFlight, kind == Kind.KILLS ? 8 : 64), Replay.MOST_UNDERWAY)),
          kills,
          seed,
          given(serverHeap, isHostile ? "256m" : ""),
          json,
          directory,
          help);
    }

    private static int given(int value, int otherwise) {
      return value == NOT_GIVEN ? otherwise : value;
    }

    private static String given(String value, String otherwise) {
      return value.isEmpty() ? otherwise : value;
    }

    private static int optional(String option, Deque<String> rest, int otherwise) {
      String next = rest.peek();
      return next == null || next.startsWith("--") ? otherwise : number(option, rest, 1);
    }

    private static int number(String option, Deque<String> rest, int least) {
      String value = value(option, rest);
      if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) < least) {
        throw new IllegalArgumentException(
            "%s: expected a whole number of at least %d, found %s".formatted(option, least, value));
      }
      return Integer.parseInt(value);
    }

    private static String oneOf(String option, Deque<String> rest, String... choices) {
      String value = value(option, rest);
      if (!List.of(choices).contains(value)) {
        throw new IllegalArgumentException(
            "%s: expected one of %s, found %s".formatted(option, List.of(choices), value));
      }
      return value;
    }

    private static String value(String option, Deque<String> rest) {
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(option + ": expected a value, found none");
      }
      return rest.pop();
    }
  }
}
