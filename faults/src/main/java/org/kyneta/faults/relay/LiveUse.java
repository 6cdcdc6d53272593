package org.kyneta.faults.relay;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.kyneta.faults.Run;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.sql.SqlStore;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreException;

/**
 * A relay through which a crowd edits while something is done to it, cycle after cycle, and what
 * was found until now. What a client has seen of others must be stored then, before those who wrote
 * it could send it again. For one thread.
 */
final class LiveUse implements AutoCloseable {

  /** What a relay may hold of which every edit is kept. */
  static final Set<Kind> KEPT = Set.of(Kind.YJS, Kind.LORO, Kind.PLAIN, Kind.STATE);

  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 1_500;

  private final Run run;
  private final Serve relay;
  private final Crowd crowd;
  private final List<String> findings = new ArrayList<>();
  private URI uri;
  private long lost;
  private int done;

  /**
   * Starts the relay, and connects the crowd to it.
   *
   * @param relay is closed by the caller, after this
   */
  LiveUse(Run run, Serve relay, Set<Kind> kinds) throws IOException, InterruptedException {
    this.run = run;
    this.relay = relay;
    this.crowd = new Crowd(kinds, run.seed());
    this.uri = relay.start();
    crowd.connect(uri);
  }

  /** What is done in a cycle. */
  @FunctionalInterface
  interface Cycle {
    void run(int number) throws IOException, InterruptedException;
  }

  /** Ends a relay at random moments, again and again. */
  static Tally interrupted(Run run, Serve relay, Ending ending)
      throws IOException, InterruptedException {
    try (LiveUse use = new LiveUse(run, relay, KEPT)) {
      use.cycles(number -> {
        use.crowd.typeFor(LEAST_MILLIS, MOST_MILLIS);
        use.restart(ending);
        use.crowd.awaitProgress();
      });
      return use.end();
    }
  }

  Crowd crowd() {
    return crowd;
  }

  URI uri() {
    return uri;
  }

  /** Lets all type, and does all cycles, or as many as it takes to find something. */
  void cycles(Cycle cycle) throws IOException, InterruptedException {
    crowd.type();
    for (int i = 0; i < run.cycles() && isClean(); i++) {
      cycle.run(i);
      run.progress().accept(++done);
    }
  }

  /** Ends the relay, looks for what must be in its file, and starts it again. */
  void restart(Ending ending) throws IOException, InterruptedException {
    ending.strike(relay);
    crowd.awaitGone();
    ending.recover();
    judgeFile();
    uri = relay.start();
    crowd.connect(uri);
  }

  /** Notes what must not be. */
  void find(String finding) {
    findings.add(finding);
  }

  /** Looks for connections that have ended, and must not have. */
  void requireConnections() {
    if (crowd.gone() > 0) {
      find("expected %d connections, found %d of them ended".formatted(crowd.size(), crowd.gone()));
    }
  }

  /** Looks for what must be in a store. */
  void requireStored(SqlStore store) {
    lost += crowd.seen().missing(store, findings);
  }

  /** Looks for what is there twice in a store that nobody has compacted. */
  void requireOnce(SqlStore store) {
    Stored stored = new Stored(store, findings);
    crowd.documents().forEach(stored::findTwice);
  }

  private void judgeFile() {
    try (SqliteStore store = SqliteStore.open(relay.store())) {
      judge(store);
    } catch (StoreException e) {
      find("the store: " + e.getMessage());
    }
  }

  /** Verifies a store, and looks for what must be in it. */
  void judge(SqlStore store) {
    findings.addAll(Verdict.verifying(store).at("the store").findings());
    requireStored(store);
  }

  private boolean isClean() {
    return lost == 0 && findings.isEmpty();
  }

  /**
   * Unless something was found, waits until all clients have the same, and lets one come who has
   * nothing.
   */
  void converge() throws IOException, InterruptedException {
    if (isClean()) {
      crowd.converge();
      lost += crowd.missingForNewcomer(uri);
    }
  }

  /** Converges, stops the relay, and judges its file; returns the tally of so many cycles. */
  Tally end() throws IOException, InterruptedException {
    converge();
    relay.stop();
    judgeFile();
    return tally();
  }

  /** Returns the tally of what was found, the relay's log included. */
  Tally tally() throws IOException {
    List<String> all =
        Stream.of(findings, relay.errors(), crowd.findings())
            .flatMap(List::stream)
            .limit(Tally.MOST_FINDINGS)
            .toList();
    long seen = crowd.seen().total();
    return new Tally(done, seen, Math.max(0, crowd.written() - seen), lost, all);
  }

  @Override
  public void close() {
    crowd.close();
  }
}
