package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kyneta.faults.Tally;
import org.kyneta.sql.Progress;
import org.kyneta.sql.SqlStore;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreException;

/** What was found until now. For one thread. */
final class Verdict {

  private final List<String> findings = new ArrayList<>();
  private long lost;
  private int cycles;

  /** Looks in the file of a relay that does not run, and for what must be in it. */
  void judge(Seen seen, Path file) {
    try (SqliteStore store = SqliteStore.open(file)) {
      judge(seen, store);
    } catch (StoreException e) {
      findings.add("the store: " + e.getMessage());
    }
  }

  /** Looks in a store, and for what must be in it. */
  void judge(Seen seen, SqlStore store) {
    store.verify(finding -> findings.add("the store: " + finding), Progress.NONE);
    lost += seen.missing(store, findings);
  }

  /**
   * Waits until all clients have the same, and lets one come who has nothing; does neither once
   * something was found.
   */
  void conclude(Crowd crowd, URI relay) throws IOException, InterruptedException {
    if (isClean()) {
      crowd.converge();
      lost += crowd.missingForNewcomer(relay);
    }
  }

  /** What was found, to be added to. */
  List<String> findings() {
    return findings;
  }

  void lost(long more) {
    lost += more;
  }

  void add(List<String> more) {
    findings.addAll(more);
  }

  /** Looks for connections that have ended, and must not have. */
  void requireConnections(Crowd crowd) {
    if (crowd.gone() > 0) {
      findings.add(
          "expected %d connections, found %d of them ended".formatted(crowd.size(), crowd.gone()));
    }
  }

  void cycle() {
    cycles++;
  }

  boolean isClean() {
    return lost == 0 && findings.isEmpty();
  }

  Tally tally(Crowd crowd) {
    List<String> all =
        Stream.concat(findings.stream(), crowd.findings().stream())
            .limit(Tally.MOST_FINDINGS)
            .toList();
    long seen = crowd.seen().total();
    return new Tally(cycles, seen, Math.max(0, crowd.written() - seen), lost, all);
  }
}
