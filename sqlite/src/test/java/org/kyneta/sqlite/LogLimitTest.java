package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;

/**
 * A cursor that is open for long keeps the log from growing without bound no longer.
 *
 * <p>The property {@code kyneta.heldCursor.seconds} says over how many seconds the writes are
 * spread; without it they come as fast as they can.
 */
@Timeout(1_800)
class LogLimitTest {

  private static final long LIMIT = 8 << 20;
  private static final int WRITTEN = 100_000;
  private static final int AT_ONCE = 10;

  @TempDir private Path directory;

  /** Returns records that a cursor cannot keep aside in memory. */
  private static List<StoreRecord> longStream() {
    List<StoreRecord> records = new ArrayList<>();
    records.add(StoreRecord.meta(META));
    for (int i = 1; i * 300 < 2 * Feed.ASIDE_IN_MEMORY; i++) {
      records.add(entry(i, 300));
    }
    return records;
  }

  @ParameterizedTest
  @ValueSource(longs = {LIMIT, Long.MAX_VALUE})
  void besideACursorThatIsHeldTheLogIsBoundedByItsLimit(long limit) throws IOException {
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withDurability(Durability.NORMAL)
            .withTuning(Tuning.DEFAULT.withCheckpoint(1_000))
            .withLargestLog(limit);
    List<StoreRecord> seen = longStream();
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), options)) {
      store.appendAll("doc", seen);
      try (RecordCursor cursor = store.loadAll("doc")) {
        assertThat(cursor.next()).isEqualTo(seen.getFirst());
        long largest = largestLogWhileWriting(store);
        System.out.printf("limit of the log %d, largest log %d bytes%n", limit, largest);
        assertThat(cursor.stream().toList()).isEqualTo(seen.subList(1, seen.size()));
        if (limit == LIMIT) {
          assertThat(largest).isLessThan(LIMIT * 2);
        } else {
          assertThat(largest).as("the control, without a limit").isGreaterThan(LIMIT * 4);
        }
      }
      try (RecordCursor all = store.loadAll("doc", seen.size())) {
        assertThat(all.stream().count()).isEqualTo(WRITTEN);
      }
      if (limit == LIMIT) {
        assertShrinks(store);
      }
    }
  }

  @Test
  void besideShortReadsThatOverlapTheLogIsBoundedToo() throws IOException, InterruptedException {
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withDurability(Durability.NORMAL)
            .withTuning(Tuning.DEFAULT.withCheckpoint(500))
            .withLargestLog(LIMIT / 2);
    AtomicBoolean done = new AtomicBoolean();
    Path log = directory.resolve("store.db-wal");
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), options)) {
      store.appendAll("read", Databases.stream(1_000));
      store.appendAll("doc", Databases.stream(0));
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        readers.add(
            Thread.ofPlatform()
                .start(() -> {
                  while (!done.get()) {
                    store.head("read");
                  }
                }));
      }
      long largest = 0;
      for (int i = 1; i <= 2_500; i++) {
        store.append("doc", entry(i, 4_000));
        largest = Math.max(largest, Files.size(log));
      }
      done.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      System.out.printf("limit of the log %d, largest log %d bytes%n", LIMIT / 2, largest);
      assertThat(largest).isLessThan(LIMIT * 3);
    }
  }

  /** A log that stayed large would have every later cursor let go of its moment at once. */
  private void assertShrinks(SqliteStore store) throws IOException {
    Path log = directory.resolve("store.db-wal");
    for (int i = 0; i < 100 && Files.size(log) > LIMIT; i++) {
      store.appendAll("other", Databases.stream(1_000));
    }
    assertThat(Files.size(log)).isLessThanOrEqualTo(LIMIT);
  }

  private long largestLogWhileWriting(SqliteStore store) throws IOException {
    Path log = directory.resolve("store.db-wal");
    long nanos = Duration.ofSeconds(Long.getLong("kyneta.heldCursor.seconds", 0)).toNanos();
    long since = System.nanoTime();
    long largest = 0;
    List<StoreRecord> records = new ArrayList<>();
    for (int i = 1; i <= WRITTEN; i++) {
      records.add(entry(i, 200));
      if (records.size() == AT_ONCE) {
        store.appendAll("doc", records);
        records.clear();
        largest = Math.max(largest, Files.size(log));
        long due = since + nanos / WRITTEN * i;
        while (System.nanoTime() - due < 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
    }
    return largest;
  }
}
