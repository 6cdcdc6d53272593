package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Contents.rest;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;

/** What a cursor does besides showing one moment. */
abstract class CursorContract extends LimitsContract {

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 5_000})
  void loadBeginsAtTheSequenceNumberAskedFor(int size) {
    List<StoreRecord> records = stream(size);
    store.appendAll(DOC, records);
    for (int from : List.of(0, 1, size / 2, size - 1, size, size + 1)) {
      try (RecordCursor cursor = store.loadAll(DOC, from)) {
        for (int seq = from; seq < size; seq++) {
          assertThat(cursor.next()).isEqualTo(records.get(seq));
          assertThat(cursor.seq()).isEqualTo(seq);
        }
        assertThat(cursor.hasNext()).as("hasNext at the end, from %d", from).isFalse();
      }
    }
  }

  /** Every length from 0 to 700 is read, so that no size of a batch is one that works by chance. */
  @Test
  void loadIsWholeFromEverywhere() {
    store.appendAll(DOC, stream(700));
    for (int from = 0; from <= 700; from++) {
      long expected = from;
      try (RecordCursor cursor = store.loadAll(DOC, from)) {
        while (cursor.hasNext()) {
          cursor.next();
          assertThat(cursor.seq()).as("after seq %d", expected - 1).isEqualTo(expected++);
        }
      }
      assertThat(expected).as("where the load from %d ended", from).isEqualTo(700);
    }
  }

  @Test
  void loadMayBeginFarBeyondTheEnd() {
    store.appendAll(DOC, stream(3));
    assertThat(load(store, DOC, Integer.MAX_VALUE)).isEmpty();
    assertThat(load(store, DOC, 1L << 32)).isEmpty();
    assertThat(load(store, DOC, (1L << 32) + 1)).isEmpty();
    assertThat(load(store, DOC, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void loadFromANegativeNumberIsRefused() {
    store.appendAll(DOC, stream(3));
    assertThatIllegalArgumentException().isThrownBy(() -> load(store, DOC, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> load(store, DOC, Long.MIN_VALUE));
  }

  @Test
  void seqIsThatOfTheRecordReturnedLast() {
    store.appendAll(DOC, stream(3));
    try (RecordCursor cursor = store.loadAll(DOC)) {
      assertThatIllegalStateException().isThrownBy(cursor::seq);
      assertThat(cursor.hasNext()).isTrue();
      assertThatIllegalStateException().isThrownBy(cursor::seq);
      for (int i = 0; i < 3; i++) {
        cursor.next();
        assertThat(cursor.seq()).isEqualTo(i);
        assertThat(cursor.hasNext()).isEqualTo(i < 2);
        assertThat(cursor.seq()).as("seq after hasNext").isEqualTo(i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  void cursorAtItsEndStaysThere(int size) {
    store.appendAll(DOC, stream(size));
    try (RecordCursor records = store.loadAll(DOC);
        Cursor<String> ids = store.listDocIds()) {
      records.forEachRemaining(record -> {});
      ids.forEachRemaining(id -> {});
      for (Cursor<?> cursor : List.of(records, ids)) {
        assertThat(cursor.hasNext()).isFalse();
        assertThat(cursor.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(cursor::next);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(cursor::next);
      }
    }
  }

  @Test
  void nextNeedsNoHasNextAndHasNextMovesNothing() {
    store.appendAll(DOC, stream(100));
    List<StoreRecord> found = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(DOC)) {
      for (int i = 0; i < 50; i++) {
        found.add(cursor.next());
      }
      for (int i = 0; i < 50; i++) {
        assertThat(cursor.hasNext()).isTrue();
        assertThat(cursor.hasNext()).isTrue();
        found.add(cursor.next());
      }
    }
    assertThat(found).isEqualTo(stream(100));
  }

  @Test
  void cursorLeftEarlyHoldsNothingBack() {
    store.appendAll(DOC, stream(5_000));
    for (int i = 0; i < 200; i++) {
      try (RecordCursor cursor = store.loadAll(DOC)) {
        assertThat(cursor.next()).isEqualTo(metaRecord());
      }
    }
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(5_000), List.of(entry("after"))));
  }

  @Test
  @SuppressWarnings("MustBeClosed")
  void cursorReadToItsEndHoldsNothing() {
    store.appendAll(DOC, stream(100));
    for (int i = 0; i < 200; i++) {
      RecordCursor records = store.loadAll(DOC);
      records.forEachRemaining(record -> {});
      Cursor<String> ids = store.listDocIds();
      ids.forEachRemaining(id -> {});
      assertThat(records.hasNext() || ids.hasNext()).isFalse();
    }
    store.delete(DOC);
  }

  @Test
  @LeavesOpen("cursors are forgotten")
  void forgottenCursorBlocksNothingAndIsReclaimed() throws Exception {
    store.appendAll(DOC, stream(5_000));
    for (int i = 0; i < 100; i++) {
      forgetOne();
    }
    store.append(DOC, entry("after"));
    store.replace("other", stream(3));
    store.delete("other");
    assertThat(load(store, DOC, 5_000)).containsExactly(entry("after"));
  }

  private void forgetOne() throws InterruptedException {
    StorageBusyException busy = null;
    for (int i = 0; i < 100; i++) {
      try {
        assertThat(store.loadAll(DOC).next()).isEqualTo(metaRecord());
        return;
      } catch (StorageBusyException e) {
        busy = e;
        System.gc();
        Thread.sleep(50);
      }
    }
    throw new AssertionError("forgotten cursors are not reclaimed", busy);
  }

  @Test
  void closingACursorTwiceDoesNothing() {
    store.appendAll(DOC, stream(5_000));
    RecordCursor first = store.loadAll(DOC);
    first.next();
    first.close();
    try (RecordCursor second = store.loadAll(DOC)) {
      first.close();
      assertThat(rest(second)).hasSize(5_000);
    }
    first.close();
    store.append(DOC, entry("after"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  void closedCursorSaysSo(int size) {
    store.appendAll(DOC, stream(size));
    RecordCursor fresh = store.loadAll(DOC);
    RecordCursor ended = store.loadAll(DOC);
    ended.forEachRemaining(record -> {});
    Cursor<String> ids = store.listDocIds();
    for (Cursor<?> cursor : List.of(fresh, ended, ids)) {
      cursor.close();
      assertThatExceptionOfType(StoreClosedException.class).isThrownBy(cursor::hasNext);
      assertThatExceptionOfType(StoreClosedException.class).isThrownBy(cursor::next);
    }
    assertThat(load(store, DOC)).hasSize(size);
  }

  @Test
  void streamViewHasTheRemainingElementsAndClosesTheCursor() {
    store.appendAll(DOC, stream(100));
    RecordCursor cursor = store.loadAll(DOC);
    cursor.next();
    try (Stream<StoreRecord> view = cursor.stream()) {
      assertThat(view.skip(9).limit(5)).isEqualTo(stream(100).subList(10, 15));
    }
    assertThatExceptionOfType(StoreClosedException.class).isThrownBy(cursor::hasNext);
    try (Stream<String> view = store.listDocIds().stream()) {
      assertThat(view).containsExactly(DOC);
    }
  }

  @Test
  void cursorMayBeHandedToAnotherThread() throws Exception {
    store.appendAll(DOC, stream(5_000));
    try (RecordCursor cursor = store.loadAll(DOC)) {
      assertThat(cursor.next()).isEqualTo(metaRecord());
      assertThat(Race.start(() -> rest(cursor)).result()).hasSize(4_999);
      assertThat(Race.start(cursor::hasNext).result()).isFalse();
    }
    RecordCursor second = store.loadAll(DOC);
    second.next();
    assertThat(
            Race.start(
                    () -> {
                      second.close();
                      return true;
                    })
                .result())
        .isTrue();
    store.append(DOC, entry("after"));
  }
}
