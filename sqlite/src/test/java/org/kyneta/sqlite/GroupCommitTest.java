package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Progress;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;

/** Appends of several threads in one transaction: each is told what has become of its own. */
@Timeout(60)
class GroupCommitTest {

  private static final int IOERR_FSYNC = 1034;

  @TempDir private Path directory;
  private Path file;
  private FailingAdapter writer;
  private final AtomicInteger commits = new AtomicInteger();
  private SqliteStore store;

  @BeforeEach
  void open() {
    file = directory.resolve("store.db");
    SqliteOptions options = SqliteOptions.DEFAULT.withDurability(Durability.NORMAL);
    SqliteStore.open(file, options).close();
    DatabaseFile databaseFile = DatabaseFile.toWrite(file, options);
    writer = new FailingAdapter(databaseFile.openWriter());
    Schema schema = Schema.find(writer, options.tables(), null).orElseThrow();
    FileConnections connections =
        new FileConnections(databaseFile, databaseFile::openReader)
            .writing(writer, databaseFile::openWriter);
    store = new SqliteStore(connections, schema, options, file.toString());
    store.append("doc", StoreRecord.meta(META));
    writer.failBefore(
        0,
        sql -> {
          if (sql.equals("COMMIT")) {
            commits.incrementAndGet();
          }
          return false;
        });
  }

  /** Runs tasks that all wait in the queue while a write of another holds the connection. */
  private void together(List<Runnable> tasks) throws InterruptedException {
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread holder =
        Thread.startVirtualThread(() ->
            store.replace(
                "holder",
                () -> {
                  holding.countDown();
                  awaitQuietly(release);
                  return stream(0).iterator();
                }));
    holding.await();
    List<Thread> threads = new ArrayList<>();
    for (Runnable task : tasks) {
      Thread thread = Thread.ofPlatform().start(task);
      threads.add(thread);
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    release.countDown();
    holder.join();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void thoseWhoWaitShareOneTransactionInTheOrderOfTheirArrival() throws InterruptedException {
    List<Runnable> tasks = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      StoreRecord record = entry(i);
      tasks.add(() -> store.append("doc", record));
    }
    together(tasks);
    assertThat(load(store, "doc")).isEqualTo(stream(20));
    assertThat(commits).as("the holder's and one more").hasValue(2);
    store.close();
  }

  @Test
  void shortListsShareATransactionToo() throws InterruptedException {
    List<Runnable> tasks = new ArrayList<>();
    for (int i = 1; i <= 19; i += 2) {
      List<StoreRecord> records = List.of(entry(i), entry(i + 1));
      tasks.add(() -> store.appendAll("doc", records));
    }
    together(tasks);
    assertThat(load(store, "doc")).isEqualTo(stream(20));
    assertThat(commits).as("the holder's and one more").hasValue(2);
    store.close();
  }

  @Test
  void aListWithARejectedRecordFailsWholeAndAlone() throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    StoreRecord tooLarge = StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[65 << 20]), "");
    together(
        List.of(
            () -> store.appendAll("doc", List.of(entry(1), entry(2))),
            () -> collect(failures, () -> store.appendAll("doc", List.of(entry(9), tooLarge))),
            () -> store.appendAll("doc", List.of(entry(3)))));
    assertThat(failures).singleElement().isInstanceOf(RecordRejectedException.class);
    assertThat(load(store, "doc")).isEqualTo(stream(3));
    store.close();
  }

  @Test
  void aRejectedRecordFailsItsCallerAlone() throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    StoreRecord tooLarge = StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[65 << 20]), "");
    together(
        List.of(
            () -> store.append("doc", entry(1)),
            () -> collect(failures, () -> store.append("unknown", entry(1))),
            () -> collect(failures, () -> store.append("doc", tooLarge)),
            () -> store.append("doc", entry(2))));
    assertThat(failures).hasSize(2).allMatch(e -> e instanceof RecordRejectedException);
    assertThat(load(store, "doc")).isEqualTo(stream(2));
    assertThat(commits).hasValue(2);
    store.close();
  }

  @Test
  void whenTheCommitIsNotConfirmedEveryoneIsToldSoAboutTheirOwnDocument()
      throws InterruptedException {
    store.append("other", StoreRecord.meta(META));
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    AtomicInteger seen = new AtomicInteger();
    writer.failAfter(IOERR_FSYNC, sql -> sql.equals("COMMIT") && seen.incrementAndGet() == 2);
    together(
        List.of(
            () -> collect(failures, () -> store.append("doc", entry(1))),
            () -> collect(failures, () -> store.append("other", entry(1)))));
    assertThat(failures).hasSize(2).doesNotHaveDuplicates();
    assertThat(failures)
        .allSatisfy(e -> assertThat(e).isInstanceOf(OutcomeUnknownException.class))
        .extracting(e -> ((OutcomeUnknownException) e).docId())
        .containsExactlyInAnyOrder("doc", "other");
    store.append("doc", entry(2));
    assertThat(load(store, "doc")).hasSize(3);
    store.close();
  }

  @Test
  void whoIsInterruptedIsStillToldTheTruth() throws InterruptedException {
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    together(
        List.of(
            () -> store.append("doc", entry(1)),
            () -> {
              Thread.currentThread().interrupt();
              store.append("doc", entry(2));
              interrupted.add(Thread.interrupted());
            }));
    assertThat(interrupted).containsExactly(true);
    assertThat(load(store, "doc")).hasSize(3);
    store.close();
  }

  @Test
  void whoComesAfterTheCloseIsToldThatItIsClosed() throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    together(
        List.of(
            () -> store.append("doc", entry(1)),
            store::close,
            () -> collect(failures, () -> store.append("doc", entry(2))),
            () -> collect(failures, () -> store.append("doc", entry(3)))));
    assertThat(failures).hasSize(2).allMatch(e -> e instanceof StoreClosedException);
    try (SqliteStore anew = SqliteStore.open(file)) {
      assertThat(load(anew, "doc")).isEqualTo(stream(1));
    }
  }

  /**
   * Random schedules against a sequential model: per thread, what was answered is there in order.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void underAnyScheduleWhatWasAnsweredIsThereInOrder(long seed) throws InterruptedException {
    int threads = 8;
    List<List<String>> answered = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      List<String> mine = new CopyOnWriteArrayList<>();
      answered.add(mine);
      Random random = new Random(seed * 100 + i);
      int number = i;
      Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      running.add(builder.start(() -> work(number, random, mine)));
    }
    for (Thread thread : running) {
      thread.join();
    }
    List<String> stored =
        load(store, "doc").stream()
            .filter(record -> record instanceof StoreRecord.Entry)
            .map(record -> ((StoreRecord.Entry) record).version())
            .toList();
    for (int i = 0; i < threads; i++) {
      String prefix = i + "/";
      assertThat(stored.stream().filter(v -> v.startsWith(prefix)).toList())
          .isEqualTo(answered.get(i));
    }
    assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    store.close();
  }

  private void work(int number, Random random, List<String> answered) {
    for (int i = 0; i < 40; i++) {
      String version = number + "/" + i;
      switch (random.nextInt(6)) {
        case 0 -> {
          store.appendAll("doc", List.of(versioned(version), versioned(version + "+")));
          answered.add(version);
          answered.add(version + "+");
        }
        case 1 -> collect(new ArrayList<>(), () -> store.append("none", versioned(version)));
        case 2 -> store.replace("other" + number, stream(random.nextInt(3)));
        case 3 -> store.append("doc", StoreRecord.meta(META));
        default -> {
          store.append("doc", versioned(version));
          answered.add(version);
        }
      }
    }
  }

  private static StoreRecord versioned(String version) {
    return StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[8]), version);
  }

  private static void collect(List<Throwable> failures, Runnable task) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(task::run)
        .satisfies(failures::add);
  }
}
