package org.kyneta.faults;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was done to one document since it was last looked at. Not thread-safe. */
final class History {

  private List<Item> base = List.of();
  private final List<Step> steps = new ArrayList<>();
  private @Nullable Step inFlight;

  /** An operation, and when it began and was done: 0 while it is not. */
  private static final class Step {
    final Operation operation;
    final long begun;
    long done;

    Step(Operation operation, long begun) {
      this.operation = operation;
      this.begun = begun;
    }
  }

  /**
   * How a stream that was found relates to what was done.
   *
   * @param unknown how many operations are in flight, 0 or 1
   * @param lost how many acknowledged operations had no effect
   * @param firstLost when the first of those was done; {@link Long#MAX_VALUE} if none is lost
   * @param lastKept when the last one began that must have had an effect; 0 if none must
   * @param problem what is wrong if it is none of the states that the document was in, else null
   * @param loss what is lost, if something is
   */
  record Match(
      int unknown,
      int lost,
      long firstLost,
      long lastKept,
      @Nullable String problem,
      @Nullable String loss) {}

  void begin(Operation operation, long now) {
    if (inFlight != null) {
      throw new IllegalStateException(
          "%s: expected nothing in flight before %s, found %s; judge the document first"
              .formatted(operation.docId(), operation, inFlight.operation));
    }
    inFlight = new Step(operation, now);
    steps.add(inFlight);
  }

  void done(Operation operation, long now) {
    end(operation).done = now;
  }

  void failed(Operation operation) {
    steps.remove(end(operation));
  }

  private Step end(Operation operation) {
    Step step = inFlight;
    if (step == null || !step.operation.equals(operation)) {
      throw new IllegalStateException(
          "%s: expected the end of %s, found that of %s"
              .formatted(operation.docId(), step == null ? "nothing" : step.operation, operation));
    }
    inFlight = null;
    return step;
  }

  boolean isInFlight() {
    return inFlight != null;
  }

  /** Returns how many records the stream has, if everything that was begun was done. */
  int length() {
    return states().getLast().size();
  }

  private List<List<Item>> states() {
    List<List<Item>> states = new ArrayList<>();
    states.add(base);
    for (Step step : steps) {
      states.add(step.operation.after(states.getLast()));
    }
    return states;
  }

  /** Compares a stream that was found, and takes it as what is there from now on. */
  Match adopt(List<Item> found) {
    List<List<Item>> states = states();
    int latest = states.lastIndexOf(found);
    int earliest = states.indexOf(found);
    int unknown = isInFlight() ? 1 : 0;
    Match match =
        latest < 0
            ? new Match(unknown, 0, Long.MAX_VALUE, 0, difference(states, found), null)
            : match(earliest, latest, unknown);
    base = found;
    steps.clear();
    inFlight = null;
    return match;
  }

  private Match match(int earliest, int latest, int unknown) {
    int acknowledged = steps.size() - unknown;
    List<Step> lost = steps.subList(Math.min(latest, acknowledged), acknowledged);
    long lastKept = steps.stream().limit(earliest).mapToLong(step -> step.begun).max().orElse(0);
    if (lost.isEmpty()) {
      return new Match(unknown, 0, Long.MAX_VALUE, lastKept, null, null);
    }
    String loss =
        "lost %d acknowledged operations, the first of them %s"
            .formatted(lost.size(), lost.getFirst().operation);
    return new Match(unknown, lost.size(), lost.getFirst().done, lastKept, null, loss);
  }

  /** Says where a stream departs from the one that was acknowledged. */
  private String difference(List<List<Item>> states, List<Item> found) {
    List<Item> expected = states.get(steps.size() - (isInFlight() ? 1 : 0));
    int same = 0;
    while (same < Math.min(expected.size(), found.size())
        && expected.get(same).equals(found.get(same))) {
      same++;
    }
    return "expected %d records%s, found %d; seq %d: expected %s, found %s"
        .formatted(
            expected.size(),
            inFlight == null ? "" : " or what " + inFlight.operation + " leaves",
            found.size(),
            same,
            at(expected, same),
            at(found, same));
  }

  private static Object at(List<Item> items, int seq) {
    return seq < items.size() ? items.get(seq) : "the end";
  }
}
