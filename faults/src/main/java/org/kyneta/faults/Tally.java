package org.kyneta.faults;

import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a run.
 *
 * @param cycles how often the fault was injected
 * @param acknowledged how many operations were reported as done
 * @param unknown how many were reported as perhaps done
 * @param lost how many acknowledged operations had no effect afterwards
 * @param findings everything that must not be, losses included, each in a line; the first few
 */
public record Tally(int cycles, long acknowledged, long unknown, long lost, List<String> findings) {

  public static final int MOST_FINDINGS = 20;
  public static final Tally NOTHING = new Tally(0, 0, 0, 0, List.of());

  public Tally {
    findings = List.copyOf(findings);
  }

  /** Returns whether all is as promised. */
  public boolean isClean() {
    return lost == 0 && findings.isEmpty();
  }

  public Tally plus(Tally other) {
    return new Tally(
        cycles + other.cycles,
        acknowledged + other.acknowledged,
        unknown + other.unknown,
        lost + other.lost,
        Stream.concat(findings.stream(), other.findings.stream()).limit(MOST_FINDINGS).toList());
  }
}
