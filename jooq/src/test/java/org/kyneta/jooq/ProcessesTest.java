package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.jooq.Samples.META;
import static org.kyneta.jooq.Samples.load;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** Another process on the same documents, and one with little memory. */
class ProcessesTest {

  private static final int HEAP = 64;
  private static final int LARGE = 256 << 10;

  @TempDir private Path directory;

  /** Runs a task in another process and, twice at once, in this one. */
  private static void race(Database database, Consumer<Store> mine, String... theirs)
      throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Store first = JooqStore.open(database.dsl(), JooqOptions.DEFAULT);
        Store second = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
      Process other = Child.start(database, HEAP, theirs);
      List<Callable<Boolean>> tasks =
          Stream.of(first, second)
              .<Callable<Boolean>>map(store ->
                  () -> {
                    mine.accept(store);
                    return true;
                  })
              .toList();
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
      assertThat(other.waitFor()).as("exit code of the other process").isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void appendsOfTwoProcessesAreAllThere(Engines engine) throws Exception {
    int count = 100;
    try (Database database = engine.open(directory)) {
      JooqStore.createTables(database.dsl(), JooqOptions.DEFAULT);
      try (Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
        store.append("doc", StoreRecord.meta(META));
        race(database, s -> Child.append(s, "doc", count), "append", "doc", "" + count);
        List<StoreRecord> found = load(store, "doc");
        assertThat(found).hasSize(1 + 3 * count);
        for (int i = 0; i < count; i++) {
          assertThat(Collections.frequency(found, Samples.entry(i))).isEqualTo(3);
        }
        assertDense(store, "doc");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void documentsThatAreMadeAndDeletedLeaveNoRecordsBehind(Engines engine) throws Exception {
    int count = 60;
    try (Database database = engine.open(directory)) {
      JooqStore.createTables(database.dsl(), JooqOptions.DEFAULT);
      try (Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
        race(database, s -> Child.remake(s, "doc", count), "remake", "doc", "" + count);
        assertThat(load(store, "doc")).startsWith(StoreRecord.meta(META));
        assertDense(store, "doc");
        store.delete("doc");
        assertThat(store.head("doc")).isEqualTo(Head.ABSENT);
      }
    }
  }

  private static void assertDense(Store store, String docId) {
    try (RecordCursor cursor = store.loadAll(docId)) {
      for (int seq = 0; cursor.hasNext(); seq++) {
        cursor.next();
        assertThat(cursor.seq()).isEqualTo(seq);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsAreReadInLessMemoryThanTheyHave(Engines engine) throws Exception {
    int count = 2 * (HEAP << 20) / LARGE;
    try (Database database = engine.open(directory)) {
      JooqStore.createTables(database.dsl(), JooqOptions.DEFAULT);
      try (Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
        StoreRecord large = Samples.bytes(new byte[LARGE]);
        store.append("doc", StoreRecord.meta(META));
        store.appendAll("doc", IntStream.range(0, count).mapToObj(i -> large).toList());
      }
      Process other = Child.start(database, HEAP, "load", "doc", "" + (count + 1));
      assertThat(other.waitFor()).as("exit code of the other process").isZero();
    }
  }
}
