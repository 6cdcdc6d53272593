package org.kyneta.faults.postgres;

import java.util.ArrayList;
import java.util.List;
import org.kyneta.faults.Tally;

/** Counts what comes of a run while it goes on. Safe for use by several threads. */
final class Score {

  private final List<String> findings = new ArrayList<>();
  private long acknowledged;
  private long unknown;
  private long lost;

  synchronized void acknowledge() {
    acknowledged++;
  }

  synchronized void doubt() {
    unknown++;
  }

  synchronized void lose(String finding) {
    lost++;
    find(finding);
  }

  synchronized void find(String finding) {
    if (findings.size() < Tally.MOST_FINDINGS) {
      findings.add(finding);
    }
  }

  synchronized Tally tally(int cycles) {
    return new Tally(cycles, acknowledged, unknown, lost, findings);
  }
}
