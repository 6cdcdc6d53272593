package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.INCOMPATIBLE;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** Several writers, in one store and in several. */
abstract class WritersContract extends HeadContract {

  private static final int WRITERS = 8;
  private static final int RECORDS = 20;

  @Test
  void manyPlatformThreadsAppendToOneDocument() throws Exception {
    assertAppendsAreAllThere(Thread.ofPlatform().daemon().factory(), List.of(store));
  }

  @Test
  void manyVirtualThreadsAppendToOneDocument() throws Exception {
    assertAppendsAreAllThere(Thread.ofVirtual().factory(), List.of(store));
  }

  @Test
  void manyThreadsAppendToOneDocumentThroughSeveralStores() throws Exception {
    assertAppendsAreAllThere(
        Thread.ofPlatform().daemon().factory(), List.of(store, another(), another()));
  }

  private void assertAppendsAreAllThere(ThreadFactory threads, List<Store> stores)
      throws Exception {
    store.append(DOC, metaRecord());
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String writer = "writer " + i;
      Store mine = stores.get(i % stores.size());
      tasks.add(() -> {
        for (int j = 0; j < RECORDS; j++) {
          if (j % 5 == 4) {
            mine.appendAll(DOC, List.of(entry(writer + " " + j), metaRecord(writer + " " + j)));
          } else {
            mine.append(DOC, entry(writer + " " + j));
          }
        }
        return true;
      });
    }
    Race.run(threads, tasks);
    List<StoreRecord> found = load(store, DOC);
    assertStream(store, DOC, found);
    assertThat(found).hasSize(1 + WRITERS * RECORDS * 6 / 5);
    for (int i = 0; i < WRITERS; i++) {
      List<StoreRecord> written = new ArrayList<>();
      for (int j = 0; j < RECORDS; j++) {
        written.add(entry("writer " + i + " " + j));
      }
      assertThat(found).containsSubsequence(written);
    }
  }

  @Test
  void manyThreadsWriteManyDocuments() throws Exception {
    Store other = another();
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String docId = DOC + i;
      Store mine = i % 2 == 0 ? store : other;
      tasks.add(() -> {
        for (int j = 0; j < 5; j++) {
          mine.appendAll(docId, stream(10, docId + " round " + j));
          assertStream(mine, docId, stream(10, docId + " round " + j));
          mine.replace(docId, stream(3, docId));
          mine.append(docId, entry("last"));
          assertStream(mine, docId, concat(stream(3, docId), List.of(entry("last"))));
          if (j < 4) {
            mine.delete(docId);
          }
        }
        return true;
      });
    }
    Race.run(tasks);
    assertThat(ids(store)).hasSize(WRITERS);
    for (int i = 0; i < WRITERS; i++) {
      assertStream(store, DOC + i, concat(stream(3, DOC + i), List.of(entry("last"))));
    }
  }

  @Test
  void ofWritersThatExpectTheSameHeadOneWinsEachRound() throws Exception {
    List<Store> stores = List.of(store, another(), store, another());
    store.append(DOC, metaRecord());
    int wins = 0;
    for (int round = 0; round < 25; round++) {
      Head head = store.head(DOC);
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < stores.size(); i++) {
        StoreRecord record = entry("round " + round + ", writer " + i);
        Store mine = stores.get(i);
        tasks.add(() -> wins(() -> mine.append(DOC, record, head)));
      }
      wins += Collections.frequency(Race.run(tasks), true);
      assertThat(wins).as("wins after round %d", round).isEqualTo(round + 1);
    }
    assertThat(load(store, DOC)).hasSize(26);
    assertStream(store, DOC, load(store, DOC));
  }

  @Test
  void ofWritersThatCreateADocumentOneWins() throws Exception {
    List<Store> stores = List.of(store, another(), store, another());
    for (int round = 0; round < 10; round++) {
      String docId = DOC + round;
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < stores.size(); i++) {
        List<StoreRecord> records = stream(3, "writer " + i);
        Store mine = stores.get(i);
        tasks.add(() -> wins(() -> mine.appendAll(docId, records, Head.ABSENT)));
      }
      List<Boolean> wins = Race.run(tasks);
      assertThat(wins).containsOnlyOnce(true);
      assertStream(store, docId, stream(3, "writer " + wins.indexOf(true)));
    }
  }

  private static boolean wins(Runnable write) {
    try {
      write.run();
      return true;
    } catch (HeadConflictException e) {
      return false;
    }
  }

  @Test
  void refusedWritesHarmNoneThatRunBesideThem() throws Exception {
    store.append(DOC, metaRecord());
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String writer = "writer " + i;
      boolean sound = i % 2 == 0;
      tasks.add(() -> {
        for (int j = 0; j < RECORDS; j++) {
          if (sound) {
            store.append(DOC, entry(writer + " " + j));
          } else {
            StoreRecord refused = j % 2 == 0 ? StoreRecord.meta(INCOMPATIBLE) : entry(writer);
            String docId = j % 2 == 0 ? DOC : writer;
            RecordRejectedException refusal =
                catchThrowableOfType(
                    RecordRejectedException.class, () -> store.append(docId, refused));
            assertThat(refusal.docId()).isEqualTo(docId);
          }
        }
        return true;
      });
    }
    Race.run(tasks);
    assertThat(ids(store)).containsExactly(DOC);
    assertThat(load(store, DOC)).hasSize(1 + WRITERS / 2 * RECORDS);
    assertStream(store, DOC, load(store, DOC));
  }

  @Test
  void storesMayBeOpenedAtOnce() throws Exception {
    store.append(DOC, metaRecord());
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String docId = DOC + i;
      tasks.add(() -> {
        try (Store mine = backend().open(Limits.DEFAULT)) {
          mine.appendAll(docId, stream(3, docId));
          assertStream(mine, docId, stream(3, docId));
          return true;
        } catch (StorageBusyException e) {
          assertThat(has(Trait.SHARED)).as("refused, although it is SHARED: %s", e).isFalse();
          return false;
        }
      });
    }
    Race.run(tasks);
    assertThat(ids(store)).hasSize(has(Trait.SHARED) ? 1 + WRITERS : 1);
  }

  @Test
  void twoStoresTakeTurnsOnOneDocument() throws Exception {
    Store other = another();
    store.append(DOC, metaRecord());
    List<StoreRecord> expected = new ArrayList<>(List.of(metaRecord()));
    for (int i = 0; i < 10; i++) {
      Store mine = i % 2 == 0 ? other : store;
      mine.append(DOC, entry(i));
      expected.add(entry(i));
      if (i % 4 == 3) {
        mine.append(DOC, metaRecord("hash " + i));
        expected.add(metaRecord("hash " + i));
      }
      assertStream(store, DOC, expected);
      assertStream(other, DOC, expected);
    }
    other.replace(DOC, stream(2, "new"));
    store.append(DOC, entry("after"));
    assertStream(other, DOC, concat(stream(2, "new"), List.of(entry("after"))));
  }

  @Test
  void writeIsCheckedAgainstWhatAnotherStoreHasWritten() throws Exception {
    Store other = another();
    store.append(DOC, metaRecord());
    other.delete(DOC);
    assertRefused(Rule.FIRST_RECORD_IS_META, () -> store.append(DOC, entry("orphan")));
    other.append(DOC, StoreRecord.meta(INCOMPATIBLE));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.append(DOC, metaRecord()));
    store.append(DOC, StoreRecord.meta(INCOMPATIBLE));
    store.delete(DOC);
    other.append(DOC, metaRecord("other's"));
    store.append(DOC, entry(1));
    assertStream(store, DOC, List.of(metaRecord("other's"), entry(1)));
  }

  @Test
  void deleteThatRacesAppendsLeavesNoHalfDocument() throws Exception {
    Store other = another();
    for (int round = 0; round < 24; round++) {
      int delay = round % 3;
      store.replace(DOC, stream(2));
      Race.run(
          List.of(
              () -> {
                Thread.sleep(delay);
                other.delete(DOC);
                return true;
              },
              () -> isTaken(() -> store.append(DOC, entry("first"))),
              () -> isTaken(() -> other.append(DOC, entry("second"))),
              () -> delay == 0 || isTaken(() -> store.append(DOC, metaRecord("racing")))));
      List<StoreRecord> left = load(store, DOC);
      if (left.isEmpty()) {
        assertAbsent(store, DOC);
      } else {
        assertThat(left.getFirst()).isInstanceOf(StoreRecord.Meta.class);
        assertStream(store, DOC, left);
      }
    }
  }

  private static boolean isTaken(Runnable write) {
    try {
      write.run();
      return true;
    } catch (RecordRejectedException e) {
      assertThat(e.rule()).isEqualTo(Rule.FIRST_RECORD_IS_META);
      return false;
    }
  }
}
