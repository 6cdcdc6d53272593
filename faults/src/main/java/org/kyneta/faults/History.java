package org.kyneta.faults;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was done to one document since it was last looked at. Not thread-safe. */
final class History {

  private List<Item> base = List.of();
  private final List<Step> steps = new ArrayList<>();
  private @Nullable Operation inFlight;

  private enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  /**
   * An operation.
   *
   * @param begun when it began
   * @param ended when that outcome was told; 0 while it was not
   */
  private record Step(Operation operation, long begun, Outcome outcome, long ended) {

    /** Returns what may be there after it, given what may have been there before. */
    Set<List<Item>> after(Set<List<Item>> before) {
      Set<List<Item>> after = new LinkedHashSet<>();
      if (outcome != Outcome.DONE) {
        after.addAll(before);
      }
      for (List<Item> stream : before) {
        if (outcome == Outcome.REFUSED) {
          operation.after(stream).ifPresent(next -> after.remove(stream));
        } else {
          operation.after(stream).ifPresent(after::add);
        }
      }
      return after;
    }
  }

  /**
   * How a stream that was found relates to what was done.
   *
   * @param unknown how many operations may have been done or not
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

  /** Returns the same, to which other things may be done. */
  History copy() {
    History copy = new History();
    copy.base = base;
    copy.steps.addAll(steps);
    copy.inFlight = inFlight;
    return copy;
  }

  void begin(Operation operation, long now) {
    if (inFlight != null) {
      throw new IllegalStateException(
          "%s: expected nothing in flight before %s, found %s; judge the document first"
              .formatted(operation.docId(), operation, inFlight));
    }
    inFlight = operation;
    steps.add(new Step(operation, now, Outcome.UNKNOWN, 0));
  }

  void done(Operation operation, long now) {
    Step step = end(operation);
    steps.add(new Step(operation, step.begun, Outcome.DONE, now));
  }

  void refused(Operation operation, long now) {
    Step step = end(operation);
    steps.add(new Step(operation, step.begun, Outcome.REFUSED, now));
  }

  void failed(Operation operation) {
    end(operation);
  }

  void unknown(Operation operation) {
    steps.add(end(operation));
  }

  private Step end(Operation operation) {
    if (!operation.equals(inFlight)) {
      throw new IllegalStateException(
          "%s: expected the end of %s, found that of %s"
              .formatted(operation.docId(), inFlight == null ? "nothing" : inFlight, operation));
    }
    inFlight = null;
    return steps.removeLast();
  }

  /** Returns how many records the stream has, if everything that was begun was done. */
  int length() {
    List<Item> stream = base;
    for (Step step : steps) {
      stream = step.operation.after(stream).orElse(stream);
    }
    return stream.size();
  }

  private List<Set<List<Item>>> states() {
    List<Set<List<Item>>> states = new ArrayList<>();
    states.add(Set.of(base));
    for (Step step : steps) {
      states.add(step.after(states.getLast()));
    }
    return states;
  }

  /** Compares a stream that was found, and takes it as what is there from now on. */
  Match adopt(List<Item> found) {
    List<Set<List<Item>>> states = states();
    List<Integer> matching = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      if (states.get(i).contains(found)) {
        matching.add(i);
      }
    }
    int unknown = (int) steps.stream().filter(step -> step.outcome == Outcome.UNKNOWN).count();
    String problem = contradiction(states);
    if (problem == null && matching.isEmpty()) {
      problem = difference(found);
    }
    Match match =
        problem == null
            ? match(matching.getFirst(), matching.getLast(), unknown)
            : new Match(unknown, 0, Long.MAX_VALUE, 0, problem, null);
    base = found;
    steps.clear();
    inFlight = null;
    return match;
  }

  private Match match(int earliest, int latest, int unknown) {
    List<Step> lost =
        steps.stream().skip(latest).filter(step -> step.outcome == Outcome.DONE).toList();
    long lastKept = steps.stream().limit(earliest).mapToLong(step -> step.begun).max().orElse(0);
    if (lost.isEmpty()) {
      return new Match(unknown, 0, Long.MAX_VALUE, lastKept, null, null);
    }
    String loss =
        "lost %d acknowledged operations, the first of them %s"
            .formatted(lost.size(), lost.getFirst().operation);
    return new Match(unknown, lost.size(), lost.getFirst().ended, lastKept, null, loss);
  }

  /** Returns what was told that cannot be; null if nothing was. */
  private @Nullable String contradiction(List<Set<List<Item>>> states) {
    int possible = (int) states.stream().takeWhile(state -> !state.isEmpty()).count();
    if (possible == states.size()) {
      return null;
    }
    Step step = steps.get(possible - 1);
    return step.outcome == Outcome.REFUSED
        ? step.operation + " was refused, and had to be done"
        : step.operation + " was done, and had to be refused";
  }

  /** Says where a stream departs from the one that was acknowledged. */
  private String difference(List<Item> found) {
    List<Item> expected = base;
    StringBuilder others = new StringBuilder();
    for (Step step : steps) {
      if (step.outcome == Outcome.DONE) {
        expected = step.operation.after(expected).orElse(expected);
      } else if (step.outcome == Outcome.UNKNOWN) {
        others.append(" or what ").append(step.operation).append(" leaves");
      }
    }
    int same = 0;
    while (same < Math.min(expected.size(), found.size())
        && expected.get(same).equals(found.get(same))) {
      same++;
    }
    return "expected %d records%s, found %d; seq %d: expected %s, found %s"
        .formatted(
            expected.size(), others, found.size(), same, at(expected, same), at(found, same));
  }

  private static Object at(List<Item> items, int seq) {
    return seq < items.size() ? items.get(seq) : "the end";
  }
}
