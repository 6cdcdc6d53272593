package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.elements;
import static org.kyneta.testkit.Contents.rest;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** That a cursor shows the moment at which it was returned, and stands in no writer's way. */
abstract class SnapshotContract extends CursorContract {

  /** All that can happen to a document while a cursor over it is open. */
  private static final List<BiConsumer<Store, String>> CHANGES =
      List.of(
          (store, id) -> store.appendAll(id, List.of(metaRecord("changed"), entry("added"))),
          (store, id) -> store.replace(id, stream(3, "replaced")),
          (store, id) -> store.replace(id, stream(6_000, "replaced")),
          (store, id) -> store.delete(id),
          (store, id) -> {
            store.delete(id);
            store.appendAll(id, stream(50, "made anew"));
          });

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  void cursorShowsItsMomentWhateverTheSameThreadWrites(int size) {
    for (BiConsumer<Store, String> change : CHANGES) {
      assertCursorsShowTheirMoment(size, () -> change.accept(store, DOC));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  void cursorShowsItsMomentWhateverAnotherThreadWrites(int size) {
    for (BiConsumer<Store, String> change : CHANGES) {
      assertCursorsShowTheirMoment(size, () -> inAnotherThread(() -> change.accept(store, DOC)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 5_000})
  void cursorShowsItsMomentWhateverAnotherStoreWrites(int size) throws Exception {
    Store other = another();
    for (BiConsumer<Store, String> change : CHANGES) {
      assertCursorsShowTheirMoment(size, () -> inAnotherThread(() -> change.accept(other, DOC)));
    }
  }

  private void assertCursorsShowTheirMoment(int size, Runnable change) {
    store.delete(DOC);
    store.appendAll(DOC, stream(size));
    int from = Math.min(size, 10);
    try (RecordCursor untouched = store.loadAll(DOC);
        RecordCursor begun = store.loadAll(DOC);
        RecordCursor later = store.loadAll(DOC, from)) {
      List<StoreRecord> read = new ArrayList<>();
      for (int i = 0; i < size / 2; i++) {
        read.add(begun.next());
      }
      change.run();
      assertThat(records(untouched)).as("not yet begun").isEqualTo(stream(size));
      assertThat(concat(read, records(begun))).as("half read").isEqualTo(stream(size));
      assertThat(records(later)).as("from %d", from).isEqualTo(stream(size).subList(from, size));
    }
  }

  private static List<StoreRecord> records(RecordCursor cursor) {
    return rest(cursor).stream().map(Contents.Numbered::record).toList();
  }

  private static void inAnotherThread(Runnable action) {
    try {
      Race.start(
              () -> {
                action.run();
                return true;
              })
          .result();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 700})
  void listingShowsItsMomentWhateverIsWritten(int size) throws Exception {
    List<String> ids = IntStream.range(0, size).mapToObj(i -> "id/%04d".formatted(i)).toList();
    ids.forEach(id -> store.append(id, metaRecord()));
    Store other = another();
    try (Cursor<String> untouched = store.listDocIds();
        Cursor<String> begun = store.listDocIds("id/")) {
      List<String> read = new ArrayList<>();
      for (int i = 0; i < size / 2; i++) {
        read.add(begun.next());
      }
      store.append("id/", metaRecord());
      store.append("id/9999", metaRecord());
      ids.stream().skip(size / 2).limit(3).forEach(store::delete);
      inAnotherThread(() -> ids.reversed().stream().limit(3).forEach(store::delete));
      inAnotherThread(() -> other.replace("id/0000a", stream(2)));
      inAnotherThread(() -> ids.stream().limit(3).forEach(other::delete));
      assertThat(elements(untouched)).as("not yet begun").isEqualTo(ids);
      assertThat(Stream.concat(read.stream(), elements(begun).stream()))
          .as("half read")
          .isEqualTo(ids);
    }
  }

  @Test
  void writesGoOnWhileManyCursorsAreOpen() {
    store.appendAll(DOC, stream(5_000));
    Deque<RecordCursor> cursors = new ArrayDeque<>();
    try {
      openUpTo(20, cursors);
      for (int i = 0; i < 10; i++) {
        store.append(DOC, entry("while open " + i));
        store.replace("other", stream(3, "version " + i));
      }
      store.delete("other");
      for (RecordCursor cursor : cursors) {
        assertThat(records(cursor)).isEqualTo(stream(5_000).subList(1, 5_000));
      }
    } finally {
      cursors.forEach(RecordCursor::close);
    }
    assertThat(Contents.load(store, DOC)).hasSize(5_010);
  }

  private void openUpTo(int count, Deque<RecordCursor> cursors) {
    for (int i = 0; i < count; i++) {
      try {
        cursors.add(store.loadAll(DOC));
      } catch (StorageBusyException e) {
        // A back end may have its own limit, but not a lower one than it is told to have.
        assertThat(cursors.size()).as("cursors open before %s", e).isGreaterThanOrEqualTo(4);
        return;
      }
      assertThat(cursors.getLast().next()).isEqualTo(metaRecord());
    }
  }

  @Test
  void cursorsTakenBetweenWritesShowEachItsOwnMoment() {
    List<RecordCursor> cursors = new ArrayList<>();
    try {
      for (int i = 1; i <= 4; i++) {
        store.replace(DOC, stream(1_000 * i, "moment " + i));
        cursors.add(store.loadAll(DOC));
        store.append(DOC, entry("in between"));
      }
      store.delete(DOC);
      for (int i = 4; i >= 1; i--) {
        assertThat(records(cursors.get(i - 1))).isEqualTo(stream(1_000 * i, "moment " + i));
      }
    } finally {
      cursors.forEach(RecordCursor::close);
    }
    assertStream(store, DOC, List.of());
  }

  @Test
  void readAfterAWriteSeesIt() throws Exception {
    Store other = another();
    for (int i = 0; i < 20; i++) {
      store.replace(DOC, stream(i + 1, "round " + i));
      assertStream(store, DOC, stream(i + 1, "round " + i));
      assertStream(other, DOC, stream(i + 1, "round " + i));
      other.delete(DOC);
      assertStream(store, DOC, List.of());
    }
  }

  @Test
  void recordsMayBeAppendedWhileTheyAreRead() {
    store.appendAll(DOC, stream(100));
    int read = 0;
    try (RecordCursor cursor = store.loadAll(DOC)) {
      while (cursor.hasNext()) {
        store.append(DOC, cursor.next());
        assertThat(++read).isLessThanOrEqualTo(100);
      }
    }
    assertStream(store, DOC, concat(stream(100), stream(100)));
  }

  @Test
  void documentsMayBeDeletedWhileTheyAreListed() {
    for (int i = 0; i < 100; i++) {
      store.append("id/" + i, metaRecord());
    }
    try (Cursor<String> cursor = store.listDocIds("id/")) {
      while (cursor.hasNext()) {
        store.delete(cursor.next());
      }
    }
    assertThat(Contents.ids(store)).isEmpty();
  }
}
