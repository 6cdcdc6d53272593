package org.kyneta.benchmarks;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a comparison is asked for.
 *
 * @param rounds how many rounds count, at least 1
 * @param quick whether to measure less
 * @param only the figures to measure: those in whose name this is found
 * @param json whether to print lines of JSON in place of a table
 * @param directory where the databases are put for the time being
 * @param postgres whether to measure the store in PostgreSQL in place of the one in SQLite
 * @param help whether only the options are to be listed
 */
record CompareOptions(
    int rounds,
    boolean quick,
    Pattern only,
    boolean json,
    Path directory,
    boolean postgres,
    boolean help) {

  static final String USAGE =
      """
      usage: benchmarks/compare [options]

        --postgres       the store in PostgreSQL, on a server that is started for it; JDBC is this
                         store, raw JDBC a prepared INSERT and SELECT of the driver's
        --rounds N       how many rounds of each figure count (default 7; 3 with --quick)
        --quick          small databases and short rounds
        --only PATTERN   only figures whose name contains this regular expression
        --json           a line of JSON for each figure and peer, in place of the table
        --directory DIR  where the databases are put for the time being, about 2 GB without --quick
                         (default benchmarks/target; where that is in memory, fsync means nothing)
        --help           this text

      Figures are medians: operations a second, or where the unit says so microseconds or bytes of
      heap. A ratio above 1 means that this store, over the better of its bindings, is better.\
      """;

  private static final int ROUNDS = 7;
  private static final int QUICK_ROUNDS = 3;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong
   */
  static CompareOptions parse(List<String> arguments, Path defaultDirectory) {
    int rounds = 0;
    boolean quick = false;
    boolean json = false;
    boolean help = false;
    boolean postgres = false;
    Pattern only = Pattern.compile("");
    Path directory = defaultDirectory;
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String argument = rest.pop();
      switch (argument) {
        case "--rounds" -> rounds = positive(argument, value(argument, rest));
        case "--quick" -> quick = true;
        case "--only" -> only = Pattern.compile(value(argument, rest));
        case "--json" -> json = true;
        case "--postgres" -> postgres = true;
        case "--directory" -> directory = Path.of(value(argument, rest));
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException("unknown option " + argument);
      }
    }
    if (rounds == 0) {
      rounds = quick ? QUICK_ROUNDS : ROUNDS;
    }
    return new CompareOptions(rounds, quick, only, json, directory, postgres, help);
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + ": expected a value, found none");
    }
    return rest.pop();
  }

  private static int positive(String option, String value) {
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          option + ": expected a whole number of at least 1, found " + value);
    }
    return Integer.parseInt(value);
  }
}
