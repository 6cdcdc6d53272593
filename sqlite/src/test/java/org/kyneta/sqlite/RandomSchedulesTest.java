package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.sqlite.Schedule.entry;
import static org.kyneta.sqlite.Schedule.meta;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.History.Event;
import org.kyneta.sqlite.SequentialModel.Operation;
import org.kyneta.sqlite.SequentialModel.Told;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.LeavesOpen;

/**
 * Whatever threads do to a store at once, what they are told is what a sequential model could have
 * told them, document by document.
 *
 * <p>The property {@code kyneta.schedules} says how many random schedules are run, and {@code
 * kyneta.firstSchedule} the number of the first, which is the seed of its choices.
 */
class RandomSchedulesTest {

  @TempDir private Path directory;
  private final SequentialModel model = new SequentialModel();

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  @LeavesOpen("some schedules close the store under its cursors")
  void whateverThreadsAreToldASequentialModelCouldHaveToldThem() throws InterruptedException {
    long first = Long.getLong("kyneta.firstSchedule", 0);
    long count = Long.getLong("kyneta.schedules", 300);
    Path file = directory.resolve("store.db");
    SqliteOptions options = SqliteOptions.DEFAULT.withDurability(Durability.NORMAL);
    long refusals = 0;
    try (SqliteStore witness = SqliteStore.open(file, options)) {
      for (long seed = first; seed < first + count; seed++) {
        Schedule schedule = new Schedule(file, seed);
        for (List<Event> events : schedule.run(witness)) {
          History history = new History(model, events);
          assertThat(history.isLinearizable())
              .as("no order explains this, in schedule %d:\n%s", seed, history)
              .isTrue();
        }
        refusals += schedule.refusals();
      }
      assertThat(refusals).as("reads for which there was no reader").isPositive();
      assertThat(witness.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  @Test
  void aHistoryThatNoOrderExplainsIsFound() {
    List<StoreRecord> made = List.of(meta("yjs", ""), entry("1"));
    List<StoreRecord> both = List.of(made.get(0), made.get(1), entry("2"));
    Event created = new Event(new Operation.Replace(made, null), 0, 1, Told.DONE);
    Event added = new Event(append("2"), 2, 3, Told.DONE);
    Event late = new Event(new Operation.Load(), 4, 5, both);
    Event stale = new Event(new Operation.Load(), 4, 5, made);
    assertThat(isLinearizable(created, added, late)).isTrue();
    assertThat(isLinearizable(created, added, stale)).as("a stale read").isFalse();
    assertThat(isLinearizable(created, late)).as("what nobody wrote").isFalse();
    assertThat(isLinearizable(created, added, added, late)).as("a lost write").isFalse();
    Event beside = new Event(new Operation.Load(), 2, 5, made);
    assertThat(isLinearizable(created, added, beside)).as("a read beside a write").isTrue();
    Event unknown = new Event(append("2"), 2, 3, Told.UNKNOWN);
    assertThat(isLinearizable(created, unknown, late)).isTrue();
    assertThat(isLinearizable(created, unknown, stale)).isTrue();
    Event failed = new Event(append("2"), 2, 3, Told.FAILED);
    assertThat(isLinearizable(created, failed, late)).as("a failure that happened").isFalse();
    Event refused = new Event(append("2"), 2, 3, Told.CLOSED);
    assertThat(isLinearizable(created, refused, stale)).as("closed by nobody").isFalse();
    Event closed = new Event(new Operation.Close(), 2, 3, Told.DONE);
    assertThat(isLinearizable(created, closed, refused)).isTrue();
    assertThat(isLinearizable(created, closed, late)).as("open after its close").isFalse();
  }

  private boolean isLinearizable(Event... events) {
    return new History(model, List.of(events)).isLinearizable();
  }

  private static Operation append(String version) {
    return new Operation.Append(List.of(entry(version)), null);
  }
}
