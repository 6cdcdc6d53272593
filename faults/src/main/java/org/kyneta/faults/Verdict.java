package org.kyneta.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kyneta.sql.Progress;
import org.kyneta.sql.SqlStore;

/**
 * What came of comparing a store with a {@link Model}. Immutable.
 *
 * @param unknown how many operations had neither been reported as done nor as failed
 * @param lost how many acknowledged operations had no effect
 * @param losses the documents that have lost some, each in a line; the first few
 * @param findings everything else that must not be, each in a line; the first few. What may lose a
 *     tail of acknowledged operations, and nothing more, has none
 */
public record Verdict(long unknown, long lost, List<String> losses, List<String> findings) {

  private static final int LONGEST = 500;

  /** Nothing was compared. */
  public static final Verdict NOTHING = new Verdict(0, 0, List.of(), List.of());

  /** Copies the lists. */
  public Verdict {
    losses = few(losses.stream());
    findings = few(findings.stream());
  }

  private static List<String> few(Stream<String> lines) {
    return lines.limit(Tally.MOST_FINDINGS).map(Verdict::oneLine).toList();
  }

  /** Cuts a text, such as all that an integrity check has found, to a line. */
  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  /** Returns a verdict of one finding. */
  public static Verdict of(String finding) {
    return new Verdict(0, 0, List.of(), List.of(finding));
  }

  /** Returns what is wrong about a store in itself. */
  public static Verdict verifying(SqlStore store) {
    List<String> findings = new ArrayList<>();
    store.verify(finding -> findings.add("verify: " + finding), Progress.NONE);
    return new Verdict(0, 0, List.of(), findings);
  }

  /** Returns whether all is as what is durable has promised. */
  public boolean isClean() {
    return lost == 0 && findings.isEmpty();
  }

  /** Returns this and another verdict as one. */
  public Verdict plus(Verdict other) {
    return new Verdict(
        unknown + other.unknown,
        lost + other.lost,
        few(Stream.concat(losses.stream(), other.losses.stream())),
        few(Stream.concat(findings.stream(), other.findings.stream())));
  }

  /** Returns this verdict as one on what may lose a tail of what it has acknowledged. */
  public Verdict forgivingLosses() {
    return new Verdict(unknown, 0, List.of(), findings);
  }

  /** Returns this verdict with its lines saying where it is from. */
  public Verdict at(String where) {
    return new Verdict(unknown, lost, prefixed(where, losses), prefixed(where, findings));
  }

  private static List<String> prefixed(String where, List<String> lines) {
    return lines.stream().map(line -> where + ": " + line).toList();
  }

  /** Returns the tally of a run that came to this. */
  public Tally tally(int cycles, long acknowledged) {
    List<String> lines = new ArrayList<>(findings);
    lines.addAll(losses);
    return new Tally(cycles, acknowledged, unknown, lost, few(lines.stream()));
  }
}
