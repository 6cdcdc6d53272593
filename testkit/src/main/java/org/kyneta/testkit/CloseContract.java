package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.Race.Running;

/** Closing, and what is there when a store is opened again. */
abstract class CloseContract extends ReadersContract {

  @Test
  void closingTwiceDoesNothing() {
    store.appendAll(DOC, stream(3));
    store.close();
    store.close();
  }

  @Test
  void everyMethodOfAClosedStoreSaysSo() {
    store.appendAll(DOC, stream(3));
    Head head = store.head(DOC);
    store.close();
    assertClosed(() -> store.append(DOC, entry(1)));
    assertClosed(() -> store.append(DOC, entry(1), head));
    assertClosed(() -> store.appendAll(DOC, stream(2)));
    assertClosed(() -> store.appendAll(DOC, List.of()));
    assertClosed(() -> store.appendAll(DOC, stream(2), head));
    assertClosed(() -> store.replace(DOC, stream(2)));
    assertClosed(() -> store.replace(DOC, stream(2), head));
    assertClosed(() -> store.delete(DOC));
    assertClosed(() -> store.delete(DOC, head));
    assertClosed(() -> store.loadAll(DOC));
    assertClosed(() -> store.loadAll(DOC, 1));
    assertClosed(() -> store.currentMeta(DOC));
    assertClosed(() -> store.head(DOC));
    assertClosed(store::listDocIds);
    assertClosed(() -> store.listDocIds("a"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  @LeavesOpen("the store is closed under its cursors")
  void cursorOfAClosedStoreSaysSo(int size) {
    store.appendAll(DOC, stream(size));
    RecordCursor fresh = store.loadAll(DOC);
    RecordCursor begun = store.loadAll(DOC);
    if (begun.hasNext()) {
      begun.next();
    }
    Cursor<String> ids = store.listDocIds();
    store.close();
    for (Cursor<?> cursor : List.of(fresh, begun, ids)) {
      assertClosed(cursor::hasNext);
      assertClosed(cursor::next);
      cursor.close();
      assertClosed(cursor::hasNext);
    }
    store.close();
  }

  private static void assertClosed(ThrowingCallable call) {
    assertThatExceptionOfType(StoreClosedException.class)
        .isThrownBy(call)
        .withMessageContaining("closed");
  }

  @Test
  void closeWaitsForARunningWrite() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    store.appendAll(DOC, stream(2));
    Records slow =
        new Records(List.of(entry("a"), entry("b")))
            .beforeEach(() -> {
              writing.countDown();
              await(goOn);
            });
    Running<Boolean> write =
        Race.start(() -> {
          store.appendAll(DOC, slow);
          return true;
        });
    await(writing);
    Running<Boolean> close =
        Race.start(() -> {
          store.close();
          return true;
        });
    assertThat(close.endsWithin(Duration.ofMillis(100))).as("closed during a write").isFalse();
    goOn.countDown();
    assertThat(write.result()).isTrue();
    assertThat(close.result()).isTrue();
    store = open();
    if (has(Trait.PERSISTENT)) {
      assertStream(store, DOC, concat(stream(2), List.of(entry("a"), entry("b"))));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closeWithinARunningWriteIsRefused() {
    store.appendAll(DOC, stream(2));
    Records closing = new Records(List.of(entry("a"), entry("b"))).beforeEach(store::close);
    assertThat(assertChangesNothing(() -> store.appendAll(DOC, closing)))
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(StoreClosedException.class);
  }

  @Test
  @LeavesOpen("the store is closed under its cursors")
  void closeDuringUseFailsWithNothingElseAndGivesNoWrongAnswer() throws Exception {
    for (int round = 0; round < 10; round++) {
      store.replace(DOC, stream(1_000));
      Store closing = store;
      List<Callable<Boolean>> tasks = new ArrayList<>();
      tasks.add(untilClosed(() -> closing.append("written", metaRecord())));
      tasks.add(untilClosed(() -> assertThat(load(closing, DOC)).hasSize(1_000)));
      tasks.add(untilClosed(() -> assertThat(closing.currentMeta(DOC)).contains(META)));
      tasks.add(untilClosed(() -> assertThat(closing.head(DOC)).isNotEqualTo(Head.ABSENT)));
      tasks.add(untilClosed(() -> assertThat(ids(closing, DOC)).containsExactly(DOC)));
      tasks.add(() -> {
        Thread.sleep(5);
        closing.close();
        return true;
      });
      Race.run(tasks);
      store = open();
    }
  }

  @Test
  void whatReturnedBeforeCloseIsThereAfterItAndNothingElse() throws Exception {
    Store closing = store;
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String docId = DOC + i;
      store.append(docId, metaRecord());
      tasks.add(() -> appendUntilClosed(closing, docId));
    }
    tasks.add(() -> {
      Thread.sleep(10);
      closing.close();
      return 0;
    });
    List<Integer> written = Race.run(tasks);
    store = open();
    for (int i = 0; i < 6 && has(Trait.PERSISTENT); i++) {
      List<StoreRecord> expected = new ArrayList<>(List.of(metaRecord()));
      for (int j = 0; j < written.get(i); j++) {
        expected.add(entry(j));
      }
      assertStream(store, DOC + i, expected);
    }
  }

  private static int appendUntilClosed(Store closing, String docId) {
    for (int written = 0; ; written++) {
      try {
        closing.append(docId, entry(written));
      } catch (StoreClosedException e) {
        return written;
      }
    }
  }

  private static Callable<Boolean> untilClosed(Runnable use) {
    return () -> {
      while (true) {
        try {
          use.run();
        } catch (StoreClosedException e) {
          return true;
        }
      }
    };
  }

  /** Opens a second store; empty if that is refused, as it may be without SHARED. */
  private Optional<Store> openBeside() throws Exception {
    try {
      return Optional.of(open());
    } catch (StorageBusyException e) {
      assertThat(has(Trait.SHARED)).as("refused, although it is SHARED: %s", e).isFalse();
      return Optional.empty();
    }
  }

  @Test
  void closingOneStoreLeavesOthersUsable() throws Exception {
    Optional<Store> second = openBeside();
    Assumptions.assumeTrue(second.isPresent(), "a second store is refused");
    Store other = second.orElseThrow();
    store.appendAll(DOC, stream(500));
    other.appendAll("other", stream(500));
    try (RecordCursor cursor = other.loadAll("other")) {
      cursor.next();
      store.close();
      assertThat(Contents.rest(cursor)).hasSize(499);
    }
    other.append("other", entry("after"));
    assertStream(other, "other", concat(stream(500), List.of(entry("after"))));
    assertThat(load(other, DOC)).hasSize(has(Trait.SHARED) ? 500 : 0);
  }

  @Test
  void storesThatAreOpenAtOnceShareTheirDataAsTheTraitSays() throws Exception {
    Optional<Store> second = openBeside();
    store.appendAll(DOC, stream(3));
    if (has(Trait.SHARED)) {
      assertStream(second.orElseThrow(), DOC, stream(3));
    } else if (second.isPresent()) {
      assertAbsent(second.get(), DOC);
    }
  }

  @Test
  void reopenedStoreHoldsWhatTheTraitSays() throws Exception {
    List<StoreRecord> records =
        List.of(metaRecord(), entry(1), metaRecord("new"), Samples.bytes((byte) 1), entry(2));
    store.appendAll(DOC, records);
    store.appendAll("long", stream(2_000));
    store.appendAll("replaced", stream(5));
    store.replace("replaced", stream(2, "new"));
    store.appendAll("deleted", stream(5));
    store.delete("deleted");
    Contents before = Contents.of(store);
    reopen();
    if (has(Trait.PERSISTENT)) {
      assertThat(Contents.of(store)).isEqualTo(before);
      assertStream(store, DOC, records);
      assertThat(store.currentMeta(DOC)).contains(meta("new"));
      assertAbsent(store, "deleted");
    } else {
      assertThat(ids(store)).isEmpty();
      assertAbsent(store, DOC);
    }
  }

  @Test
  void reopenedStoreGoesOnWhereItStoppedIfItIsPersistent() throws Exception {
    List<StoreRecord> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      if (!has(Trait.PERSISTENT)) {
        expected.clear();
      }
      List<StoreRecord> more = List.of(metaRecord("opening " + i), entry(i));
      store.append(DOC, more.get(0));
      store.append(DOC, more.get(1));
      expected.addAll(more);
      assertStream(store, DOC, expected);
      reopen();
    }
  }
}
