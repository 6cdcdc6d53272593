package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.LeavesOpen;

/** What open cursors hold, and who gets it back when. */
@Timeout(60)
class CursorResourcesTest {

  /** More than a cursor reads ahead, so that it holds a connection. */
  private static final int LONG = 2_000;

  @TempDir private Path directory;

  private SqliteStore open(int maxReaders) {
    return SqliteStore.open(
        directory.resolve("store.db"), SqliteOptions.DEFAULT.withMaxReaders(maxReaders));
  }

  @Test
  void beyondTheLimitACursorFailsAtOnceAndSaysWhatToDo() {
    try (SqliteStore store = open(3)) {
      store.appendAll("doc", stream(LONG));
      List<RecordCursor> cursors = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        cursors.add(store.loadAll("doc"));
      }
      assertThatExceptionOfType(StorageBusyException.class)
          .isThrownBy(() -> store.loadAll("doc"))
          .withMessageContainingAll("at most 3 open cursors", "maxReaders");
      store.append("doc", entry(LONG + 1));
      cursors.getFirst().close();
      assertThat(load(store, "doc")).hasSize(LONG + 2);
      assertThat(cursors.getLast().stream().toList()).isEqualTo(stream(LONG));
      cursors.forEach(RecordCursor::close);
    }
  }

  @Test
  void shortStreamsAndThoseReadToTheirEndHoldNothing() {
    try (SqliteStore store = open(1)) {
      store.appendAll("short", stream(10));
      store.appendAll("long", stream(LONG));
      List<RecordCursor> cursors = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        cursors.add(store.loadAll("short"));
      }
      RecordCursor whole = store.loadAll("long");
      whole.forEachRemaining(record -> {});
      assertThat(load(store, "long")).hasSize(LONG + 1);
      cursors.forEach(cursor -> assertThat(cursor.stream().toList()).isEqualTo(stream(10)));
    }
  }

  @Test
  @LeavesOpen("a cursor is forgotten")
  void aForgottenCursorIsReclaimedAndItsPlaceLogged() throws InterruptedException {
    List<LogRecord> logged = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger("org.kyneta.sqlite");
    Level before = logger.getLevel(); // Runs of the kit forget cursors by the dozen, in silence.
    Handler handler = collecting(logged);
    logger.setLevel(Level.WARNING);
    logger.addHandler(handler);
    try (SqliteStore store = open(1)) {
      store.appendAll("doc", stream(LONG));
      forgetACursor(store);
      RecordCursor next = null;
      while (next == null) {
        System.gc();
        Thread.sleep(20);
        try {
          next = store.loadAll("doc");
        } catch (StorageBusyException e) {
          assertThat(e).hasMessageContaining("open cursors");
        }
      }
      next.close();
      assertThat(logged)
          .anySatisfy(record -> {
            assertThat(record.getMessage()).contains("a cursor was forgotten");
            assertThat(record.getThrown().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("forgetACursor"));
          });
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(before);
    }
  }

  private static void forgetACursor(SqliteStore store) {
    assertThat(store.loadAll("doc").hasNext()).isTrue();
  }

  private static Handler collecting(List<LogRecord> records) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        records.add(record);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void overOneConnectionAWriteTakesTheRestAsideWhateverItsSize() {
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      List<StoreRecord> large = new ArrayList<>(stream(0));
      for (int i = 0; i < 400; i++) {
        large.add(entry(i, 10_000));
      }
      store.appendAll("large", large);
      store.appendAll("small", stream(LONG));
      try (RecordCursor first = store.loadAll("large");
          RecordCursor second = store.loadAll("small");
          RecordCursor third = store.loadAll("large", 200)) {
        first.next();
        second.next();
        store.delete("large");
        assertThatCode(() -> store.replace("small", stream(3))).doesNotThrowAnyException();
        assertThat(first.stream().toList()).isEqualTo(large.subList(1, large.size()));
        assertThat(second.stream().toList()).isEqualTo(stream(LONG).subList(1, LONG + 1));
        assertThat(third.next()).isEqualTo(large.get(200));
        assertThat(third.seq()).isEqualTo(200);
      }
      assertThat(load(store, "small")).isEqualTo(stream(3));
    }
  }

  @Test
  void noRollbackTakesAwayWhatWasSetAside() {
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      store.appendAll("doc", stream(LONG));
      try (RecordCursor cursor = store.loadAll("doc")) {
        Iterable<StoreRecord> failing =
            () -> {
              throw new UnsupportedOperationException("no records");
            };
        assertThatExceptionOfType(UnsupportedOperationException.class)
            .isThrownBy(() -> store.replace("doc", failing));
        assertThat(cursor.stream().toList()).isEqualTo(stream(LONG));
      }
      assertThat(load(store, "doc")).isEqualTo(stream(LONG));
    }
  }

  @Test
  void theRecordsOfAWriteCannotUseItsConnection() {
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      store.appendAll("doc", stream(3));
      assertThatIllegalStateException()
          .isThrownBy(() -> store.replace("copy", () -> store.loadAll("doc")))
          .withMessageContaining("over the same connection");
      try (RecordCursor cursor = store.loadAll("doc")) {
        store.replace("copy", () -> cursor);
      }
      assertThat(load(store, "copy")).isEqualTo(stream(3));
    }
  }

  @Test
  void theRecordsOfAWriteMayReadTheFileTheyAreWrittenTo() {
    try (SqliteStore store = open(4)) {
      store.appendAll("doc", stream(LONG));
      store.replace("copy", () -> store.loadAll("doc"));
      store.appendAll("doc", List.of());
      assertThat(load(store, "copy")).isEqualTo(stream(LONG));
      assertThatIllegalStateException()
          .isThrownBy(() ->
              store.appendAll(
                  "doc",
                  () -> {
                    store.delete("copy");
                    return stream(0).iterator();
                  }));
    }
  }
}
