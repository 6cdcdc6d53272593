package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.History.Event;
import org.kyneta.sqlite.SequentialModel.Conflict;
import org.kyneta.sqlite.SequentialModel.Operation;
import org.kyneta.sqlite.SequentialModel.Told;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/**
 * Threads that do at random, to one store and few documents, what a store can do, and what each was
 * told. They are interrupted all the while; in some schedules a statement fails, the store is
 * closed in the middle of it all, or there is one reader for all of them.
 */
final class Schedule {

  private static final int THREADS = 6;
  private static final int OPERATIONS = 8;
  private static final int DOCUMENTS = 2;
  private static final int IOERR_FSYNC = 1034;

  /** More records than a cursor reads at once, so that it holds its snapshot while others write. */
  private static final int MANY = 40;

  private final long seed;
  private final Path file;
  private final Random choices;
  private final List<List<Event>> events = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger inserts = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final boolean oneReader;
  private final SqliteStore store;
  private volatile boolean started;

  /** What fails, once. */
  private enum Failure {
    NONE,
    INSERT,
    COMMIT_BEFORE_IT_IS_DONE,
    COMMIT_AFTER_IT_WAS_DONE
  }

  /** Opens a store of its own over a file that has one. */
  Schedule(Path file, long seed) {
    this.file = file;
    this.seed = seed;
    this.choices = new Random(seed);
    this.oneReader = seed % 3 == 0;
    for (int document = 0; document < DOCUMENTS; document++) {
      events.add(new CopyOnWriteArrayList<>());
    }
    this.store = open(choices.nextInt(1, 12));
  }

  /** Opens a store whose commits last, which gathers those who wait. */
  private SqliteStore open(int failing) {
    SqliteOptions usual = SqliteOptions.DEFAULT.withDurability(Durability.NORMAL);
    SqliteOptions options = oneReader ? usual.withMaxReaders(1) : usual;
    Failure failure = Failure.values()[(int) (seed % 4)];
    DatabaseFile database = DatabaseFile.toWrite(file, options);
    Supplier<SqliteAdapter> opener =
        () -> {
          FailingAdapter writer = new FailingAdapter(database.openWriter());
          database.prepareWriter(writer);
          int code = failure == Failure.INSERT ? ResultCode.FULL : IOERR_FSYNC;
          writer.failBefore(
              code,
              sql ->
                  (rest(sql, commits)
                          && failure == Failure.COMMIT_BEFORE_IT_IS_DONE
                          && commits.get() == failing)
                      || (sql.startsWith("INSERT")
                          && inserts.incrementAndGet() == failing
                          && failure == Failure.INSERT));
          writer.failAfter(
              code,
              sql ->
                  sql.equals("COMMIT")
                      && failure == Failure.COMMIT_AFTER_IT_WAS_DONE
                      && commits.get() == failing);
          return writer;
        };
    SqliteAdapter writer = opener.get();
    Schema schema = Schema.find(writer, options.tables(), null).orElseThrow();
    FileConnections connections = new FileConnections(database, database::openReader);
    return new SqliteStore(connections.writing(writer, opener), schema, options, file.toString());
  }

  private static boolean rest(String sql, AtomicInteger commits) {
    boolean isCommit = sql.equals("COMMIT");
    if (isCommit) {
      LockSupport.parkNanos(commits.incrementAndGet() % 4 * 50_000L);
    }
    return isCommit;
  }

  /**
   * Runs the threads to their end, and returns what they were told, a list for each document.
   *
   * @param witness another store over the same file, which looks at it last
   */
  List<List<Event>> run(Store witness) throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(THREADS, () -> started = true);
    List<Throwable> unexpected = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Worker worker = new Worker(i);
      Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      threads.add(
          builder.start(() -> {
            try {
              start.await();
              worker.run();
            } catch (Exception | AssertionError e) {
              unexpected.add(e);
            }
          }));
    }
    while (threads.stream().anyMatch(Thread::isAlive)) {
      if (started) {
        threads.get(choices.nextInt(THREADS)).interrupt();
      }
      LockSupport.parkNanos(100_000);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(unexpected).as("schedule %d", seed).isEmpty();
    lookAtTheEnd(witness);
    return events;
  }

  /** Takes down what a store finds that had no part in all this. */
  private void lookAtTheEnd(Store witness) {
    if (!isClosedMeanwhile()) {
      // Whatever the cursors went through, the reader has come back.
      assertThat(Databases.load(store, id(0))).isEqualTo(Databases.load(witness, id(0)));
    }
    store.close();
    tellAll(new Operation.Close(), clock.incrementAndGet());
    tellAll(new Operation.Reopen(), clock.incrementAndGet());
    for (int document = 0; document < DOCUMENTS; document++) {
      long called = clock.incrementAndGet();
      List<StoreRecord> records = Databases.load(witness, id(document));
      long answered = clock.incrementAndGet();
      events.get(document).add(new Event(new Operation.Load(), called, answered, records));
    }
  }

  /** Takes down what was done to all documents at once. */
  private void tellAll(Operation operation, long called) {
    long answered = clock.incrementAndGet();
    events.forEach(list -> list.add(new Event(operation, called, answered, Told.DONE)));
  }

  private boolean isClosedMeanwhile() {
    return seed % 5 == 0;
  }

  /** Returns how many reads were refused since there was no reader for them. */
  int refusals() {
    return refusals.get();
  }

  private String id(int document) {
    return "schedule " + seed + "/" + document;
  }

  static StoreRecord entry(String version) {
    return StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[8]), version);
  }

  static StoreRecord meta(String type, String hash) {
    return StoreRecord.meta(
        StoreMeta.of(new ReplicaType(type, 1, 0), SyncMode.COLLABORATIVE, hash));
  }

  private static List<StoreRecord> many(String version, int count) {
    List<StoreRecord> records = new ArrayList<>();
    records.add(meta("yjs", version));
    for (int i = 0; i < count; i++) {
      records.add(entry(version + "/" + i));
    }
    return records;
  }

  /** One thread: chooses, does, and takes down what it was told. */
  private final class Worker {

    private final int number;
    private final Random random;
    private final Map<Integer, Head> heads = new HashMap<>();

    Worker(int number) {
      this.number = number;
      this.random = new Random(seed * THREADS + number);
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        if (number == 0 && i == OPERATIONS / 2 && isClosedMeanwhile()) {
          long called = clock.incrementAndGet();
          store.close();
          tellAll(new Operation.Close(), called);
        }
        int document = random.nextInt(DOCUMENTS);
        Event event = happened(choose(document, number + "." + i), id(document));
        events.get(document).add(event);
        switch (event.result()) {
          case Head head -> heads.put(document, head);
          case Conflict(Head actual) -> heads.put(document, actual);
          default -> {}
        }
      }
    }

    private Operation choose(int document, String version) {
      Head head = random.nextInt(3) == 0 ? heads.get(document) : null;
      return switch (random.nextInt(15)) {
        case 0, 1, 2 -> new Operation.Append(List.of(entry(version)), null);
        case 3 -> new Operation.Append(List.of(meta("yjs", version)), null);
        case 4, 5 -> new Operation.Append(List.of(entry(version), entry(version + "+")), head);
        case 6 -> new Operation.Append(List.of(entry(version), meta("loro", "")), head);
        case 7 -> new Operation.Append(many(version, MANY), head);
        case 8, 9 -> new Operation.Replace(many(version, random.nextInt(2) * MANY), head);
        case 10 -> new Operation.Replace(List.of(entry(version)), head);
        case 11 -> random.nextBoolean() ? new Operation.Delete(head) : new Operation.IsListed();
        case 12 -> new Operation.AskHead();
        case 13 -> new Operation.CurrentMeta();
        default -> new Operation.Load();
      };
    }

    private Event happened(Operation operation, String id) {
      long called = clock.incrementAndGet();
      Object result = told(() -> perform(operation, id));
      long answered = clock.incrementAndGet();
      if (result instanceof RecordCursor cursor) {
        // Its moment has passed when it was returned, whenever it is read.
        result = told(() -> read(cursor));
        answered = result == Told.CLOSED ? clock.incrementAndGet() : answered;
      }
      return new Event(operation, called, answered, result);
    }

    private static List<StoreRecord> read(RecordCursor cursor) {
      try (cursor) {
        LockSupport.parkNanos(200_000);
        return cursor.stream().toList();
      }
    }

    private Object told(Supplier<Object> call) {
      try {
        return call.get();
      } catch (RecordRejectedException e) {
        return Told.REJECTED;
      } catch (HeadConflictException e) {
        return new Conflict(e.actual());
      } catch (StoreClosedException e) {
        return Told.CLOSED;
      } catch (OutcomeUnknownException e) {
        return Told.UNKNOWN;
      } catch (StorageBusyException e) {
        assertThat(oneReader).isTrue();
        assertThat(e).hasMessageContaining("expected at most 1 open cursors");
        refusals.incrementAndGet();
        return Told.FAILED;
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("injected");
        return Told.FAILED;
      }
    }

    private Object perform(Operation operation, String id) {
      return switch (operation) {
        case Operation.Append(List<StoreRecord> records, Head head) -> append(id, records, head);
        case Operation.Replace(List<StoreRecord> records, Head head) ->
            head == null
                ? done(() -> store.replace(id, records))
                : store.replace(id, records, head);
        case Operation.Delete(Head head) ->
            done(head == null ? () -> store.delete(id) : () -> store.delete(id, head));
        case Operation.Load() -> store.loadAll(id);
        case Operation.CurrentMeta() -> store.currentMeta(id);
        case Operation.AskHead() -> store.head(id);
        case Operation.IsListed() -> isListed(id);
        case Operation.Close() -> throw new IllegalArgumentException();
        case Operation.Reopen() -> throw new IllegalArgumentException();
      };
    }

    private Object append(String id, List<StoreRecord> records, @Nullable Head head) {
      if (head != null) {
        return store.appendAll(id, records, head);
      }
      return done(
          records.size() == 1
              ? () -> store.append(id, records.getFirst())
              : () -> store.appendAll(id, records));
    }

    private boolean isListed(String id) {
      try (Cursor<String> ids = store.listDocIds(id)) {
        return ids.stream().toList().contains(id);
      }
    }

    private static Told done(Runnable write) {
      write.run();
      return Told.DONE;
    }
  }
}
