package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.entry;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreRecord;

/** Waiting for the lock of somebody else's transaction. */
class LockWaitTest {

  private static final long RUN_NANOS = 4_000_000_000L;

  /** Far more than a wait takes, even on a machine that is busy with other things. */
  private static final long LONGEST_WAIT_NANOS = 2_500_000_000L;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void makeStore() {
    file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append("doc", StoreRecord.meta(META));
    }
  }

  @Test
  void nobodyIsStarvedByWritersThatNeverRest() throws Exception {
    List<Future<Long>> slowest = new ArrayList<>();
    try (SqliteStore one = SqliteStore.open(file);
        SqliteStore two = SqliteStore.open(file);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      for (SqliteStore store : List.of(one, one, two)) {
        slowest.add(threads.submit(() -> appendWithoutRest(store)));
      }
    }
    for (Future<Long> wait : slowest) {
      assertThat(wait.get()).isLessThan(LONGEST_WAIT_NANOS);
    }
  }

  /** Appends for some time and returns how long the slowest append took. */
  private static long appendWithoutRest(SqliteStore store) {
    long started = System.nanoTime();
    long slowest = 0;
    for (long now = started; now - started < RUN_NANOS; ) {
      long before = now;
      store.append("doc", entry(1));
      now = System.nanoTime();
      slowest = Math.max(slowest, now - before);
    }
    return slowest;
  }

  @Test
  void patienceEndsAndNothingWasWritten() throws SQLException {
    SqliteOptions options = SqliteOptions.DEFAULT.withBusyTimeout(Duration.ofMillis(300));
    try (SqliteStore store = SqliteStore.open(file, options);
        Connection other = Databases.connect(file);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      for (boolean interrupted : new boolean[] {false, true}) {
        long started = System.nanoTime();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        assertThatExceptionOfType(StorageBusyException.class)
            .isThrownBy(() -> store.append("doc", entry(1)));
        assertThat(Thread.interrupted()).isEqualTo(interrupted);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
            .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
      }
      statement.execute("ROLLBACK");
      store.append("doc", entry(2));
      assertThat(Databases.load(store, "doc")).containsExactly(StoreRecord.meta(META), entry(2));
    }
  }
}
