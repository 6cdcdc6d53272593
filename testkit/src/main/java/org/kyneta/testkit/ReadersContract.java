package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.elements;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.meta;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.Race.Running;

/** Readers beside writers. */
abstract class ReadersContract extends WritersContract {

  /** How long a reader is waited for in the middle of a write, before the write goes on. */
  private static final Duration A_MOMENT = Duration.ofMillis(50);

  @Test
  void readInTheMiddleOfAnAppendSeesAllOfItOrNothing() throws Exception {
    store.appendAll(DOC, stream(3));
    List<StoreRecord> added = List.of(entry("a"), metaRecord("new"), entry("b"));
    for (Running<Seen> reader :
        readersInTheMiddle(added, records -> store.appendAll(DOC, records))) {
      assertThat(reader.result())
          .isIn(
              new Seen(stream(3), META, List.of(DOC)),
              new Seen(concat(stream(3), added), meta("new"), List.of(DOC)));
    }
  }

  @Test
  void readInTheMiddleOfAReplacementSeesTheOldStreamOrTheNew() throws Exception {
    store.appendAll(DOC, stream(5, "old"));
    List<StoreRecord> replacement = List.of(metaRecord("new"), entry("a"), entry("b"), entry("c"));
    for (Running<Seen> reader :
        readersInTheMiddle(replacement, records -> store.replace(DOC, records))) {
      assertThat(reader.result())
          .isIn(
              new Seen(stream(5, "old"), META, List.of(DOC)),
              new Seen(replacement, meta("new"), List.of(DOC)));
    }
  }

  @Test
  void readInTheMiddleOfACreationSeesTheWholeDocumentOrNone() throws Exception {
    List<StoreRecord> records = stream(4);
    for (Running<Seen> reader : readersInTheMiddle(records, all -> store.appendAll(DOC, all))) {
      assertThat(reader.result())
          .isIn(new Seen(List.of(), null, List.of()), new Seen(records, META, List.of(DOC)));
    }
  }

  /** What a reader sees that asks for one thing after the other. */
  private record Seen(List<StoreRecord> stream, @Nullable StoreMeta meta, List<String> ids) {}

  /** Starts a reader before each record of a write; some back ends have it wait for the write. */
  private List<Running<Seen>> readersInTheMiddle(List<StoreRecord> records, Consumer<Records> write)
      throws Exception {
    Store other = another();
    List<Running<Seen>> readers = new ArrayList<>();
    Records watched =
        new Records(records)
            .beforeEach(() -> {
              Store from = readers.size() % 2 == 0 ? store : other;
              Running<Seen> reader = Race.start(() -> see(from));
              readers.add(reader);
              waitFor(reader);
            });
    write.accept(watched);
    return readers;
  }

  private static void waitFor(Running<?> reader) {
    try {
      reader.endsWithin(A_MOMENT);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sees the same before and after, or looks again: three reads are three moments. */
  private static Seen see(Store from) {
    while (true) {
      Seen first = look(from);
      if (look(from).equals(first)) {
        return first;
      }
    }
  }

  private static Seen look(Store from) {
    return new Seen(load(from, DOC), from.currentMeta(DOC).orElse(null), ids(from));
  }

  @Test
  void loadsDuringReplacementsSeeOneStreamWhole() throws Exception {
    Store other = another();
    store.replace(DOC, stream(100, "round 0"));
    AtomicBoolean done = new AtomicBoolean();
    List<Callable<Integer>> tasks = new ArrayList<>();
    tasks.add(() -> {
      try {
        for (int round = 1; round <= 60; round++) {
          int size = round % 2 == 0 ? 100 : 2 + round;
          store.replace(DOC, stream(size, "round " + round));
        }
        return 0;
      } finally {
        done.set(true);
      }
    });
    for (Store mine : List.of(store, other, other)) {
      tasks.add(() -> {
        int loads = 0;
        do {
          assertWhole(load(mine, DOC));
          loads++;
        } while (!done.get());
        return loads;
      });
    }
    assertThat(Race.run(tasks).subList(1, 4)).allMatch(loads -> loads > 0);
  }

  private static void assertWhole(List<StoreRecord> found) {
    assertThat(found).hasSizeGreaterThan(1);
    String version = ((StoreRecord.Entry) found.get(1)).version();
    int round = Integer.parseInt(version.split(" ", -1)[3]);
    int size = round % 2 == 0 ? 100 : 2 + round;
    assertThat(found).isEqualTo(stream(size, "round " + round));
  }

  @Test
  void listingDuringWritesIsOrderedAndHasWhatWasThereAllTheTime() throws Exception {
    Store other = another();
    List<String> lasting = List.of("a", "c/1", "c/2", "e");
    lasting.forEach(id -> store.appendAll(id, stream(2)));
    AtomicBoolean done = new AtomicBoolean();
    Callable<Boolean> lister =
        () -> {
          do {
            List<String> found = ids(other);
            assertThat(found).isSortedAccordingTo(DocIds.ORDER).doesNotHaveDuplicates();
            assertThat(found).containsAll(lasting);
            assertThat(ids(store, "c/")).contains("c/1", "c/2");
          } while (!done.get());
          return true;
        };
    Callable<Boolean> writer =
        () -> {
          try {
            for (int i = 0; i < 25; i++) {
              store.append("b" + i, metaRecord());
              store.replace("c/1", stream(3, "round " + i));
              other.append("c/1" + i, metaRecord());
              store.delete("b" + i);
              other.delete("c/1" + i);
            }
            return true;
          } finally {
            done.set(true);
          }
        };
    Race.run(List.of(writer, lister, lister));
    assertThat(ids(store)).isEqualTo(lasting);
  }

  @Test
  void cursorsWithinCursorsInSeveralThreadsDoNotDeadlock() throws Exception {
    for (int i = 0; i < 5; i++) {
      store.appendAll(DOC + i, stream(1_000));
    }
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Store mine = i % 2 == 0 ? store : another();
      tasks.add(() -> nest(mine, 25));
    }
    tasks.add(() -> {
      for (int i = 0; i < 10; i++) {
        store.append(DOC + i % 5, entry("beside " + i));
      }
      return 10;
    });
    Race.run(tasks);
    assertThat(nest(store, 4)).as("cursors open within each other afterwards").isEqualTo(4);
    assertThat(load(store, DOC + 0)).hasSize(1_002);
  }

  /** Opens cursors within each other, and returns how many could be open at once. */
  private static int nest(Store mine, int depth) {
    if (depth == 0) {
      return 0;
    }
    try (Cursor<?> cursor = depth % 5 == 0 ? mine.listDocIds() : mine.loadAll(DOC + depth % 5)) {
      cursor.next();
      int within = nest(mine, depth - 1);
      cursor.next();
      return within + 1;
    } catch (StorageBusyException e) {
      // A back end may have its own limit; waiting for others that wait would be the mistake.
      return 0;
    }
  }

  @Test
  void manyVirtualThreadsWriteWhileTheyRead() throws Exception {
    store.appendAll(DOC, stream(1_000));
    Store other = another();
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Store mine = i % 2 == 0 ? store : other;
      String docId = DOC + "/" + i;
      tasks.add(() -> {
        try (Cursor<StoreRecord> cursor = mine.loadAll(DOC)) {
          mine.append(docId, cursor.next());
          assertThat(elements(cursor)).hasSize(999);
        } catch (StorageBusyException e) {
          mine.append(docId, metaRecord()); // There may be too many cursors, but not writers.
        }
        return true;
      });
    }
    Race.run(Thread.ofVirtual().factory(), tasks);
    assertThat(ids(store, DOC + "/")).hasSize(50);
    for (String docId : ids(store, DOC + "/")) {
      assertStream(store, docId, stream(1));
    }
  }

  @Test
  void interruptedThreadHarmsNobodyElse() throws Exception {
    store.appendAll(DOC, stream(1_000));
    assertThat(inInterruptedThread(() -> load(store, DOC))).isIn(stream(1_000), null);
    assertThat(inInterruptedThread(() -> ids(store))).isIn(List.of(DOC), null);
    assertThat(inInterruptedThread(() -> store.currentMeta(DOC))).isIn(Optional.of(META), null);
    Head head = inInterruptedThread(() -> store.append(DOC, entry("interrupted"), store.head(DOC)));
    List<StoreRecord> expected =
        head == null ? stream(1_000) : concat(stream(1_000), List.of(entry("interrupted")));
    assertStream(store, DOC, expected);
    store.replace(DOC, stream(3));
    assertStream(another(), DOC, stream(3));
  }

  /** Returns what a call returns, or null if it fails for being interrupted, as it may. */
  private static <T> @Nullable T inInterruptedThread(Callable<T> call) throws Exception {
    return Race.start(
            () -> {
              Thread.currentThread().interrupt();
              try {
                T result = call.call();
                assertThat(Thread.currentThread().isInterrupted()).as("interrupted").isTrue();
                return result;
              } catch (StorageException e) {
                return null;
              }
            })
        .result();
  }
}
