package org.kyneta.sqlite;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.kyneta.sqlite.SequentialModel.Operation;
import org.kyneta.sqlite.SequentialModel.State;
import org.kyneta.sqlite.SequentialModel.Step;
import org.kyneta.sqlite.SequentialModel.Told;

/**
 * What several threads did to one document and what each was told, and whether there is an order in
 * which a sequential model would have told them the same.
 *
 * <p>The order must put no operation before one that had been answered when it was called. It is
 * looked for depth first, as Wing and Gong do it, without coming twice to the same state after the
 * same operations. An operation whose outcome is unknown may come at any time after its call, or
 * never; one that has failed must not have happened.
 */
final class History {

  /** An operation, when it was called and answered, and what it was told. */
  record Event(Operation operation, long called, long answered, Object result) {

    boolean isUnknown() {
      return result == Told.UNKNOWN;
    }

    /** Shows records by their versions, and long lists by their ends. */
    @Override
    public String toString() {
      return "%4d to %4d  %s -> %s"
          .formatted(called, answered, operation, result)
          .replaceAll(
              "Meta\\[meta=.*?\"replicaType\":\\[\"(\\w+).*?\"schemaHash\":\"(.*?)\"}]",
              "meta $1 $2")
          .replaceAll("Entry\\[payload=Payload\\[.*?], lineage=.*?], version=(.*?)]", "$1")
          .replaceAll("/0, .*?/(\\d+)]", "/0 to $1]");
    }
  }

  /** What was done, a bit for each event, and where that has led. */
  private record Reached(long done, State state) {}

  private final SequentialModel model;
  private final List<Event> events;
  private final Set<Reached> seen = new HashSet<>();

  History(SequentialModel model, List<Event> events) {
    this.model = model;
    this.events =
        events.stream()
            .filter(event -> event.result() != Told.FAILED)
            .sorted(Comparator.comparingLong(Event::called))
            .toList();
    if (this.events.size() > Long.SIZE) {
      throw new IllegalArgumentException("expected at most 64 events, found " + events.size());
    }
  }

  boolean isLinearizable() {
    return search(0, State.EMPTY);
  }

  private boolean search(long done, State state) {
    if (!seen.add(new Reached(done, state))) {
      return false;
    }
    long firstAnswer = firstAnswer(done);
    if (firstAnswer == Long.MAX_VALUE) {
      return true;
    }
    for (int i = 0; i < events.size() && events.get(i).called() < firstAnswer; i++) {
      Event event = events.get(i);
      if (isIn(done, i)) {
        continue;
      }
      Step step = model.step(state, event.operation());
      boolean fits = event.isUnknown() || step.result().equals(event.result());
      if (fits && search(done | 1L << i, step.state())) {
        return true;
      }
    }
    return false;
  }

  /** Returns when the first of those that are not done yet was answered. */
  private long firstAnswer(long done) {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < events.size(); i++) {
      if (!isIn(done, i) && !events.get(i).isUnknown()) {
        first = Math.min(first, events.get(i).answered());
      }
    }
    return first;
  }

  private static boolean isIn(long done, int index) {
    return (done >> index & 1) == 1;
  }

  @Override
  public String toString() {
    return events.stream().map(Event::toString).collect(Collectors.joining("\n"));
  }
}
