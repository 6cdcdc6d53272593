package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.document;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Head;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.Contents.Document;

/** What only some back ends can show: storage that fails, and neighbours in the same place. */
abstract class FaultsContract extends CloseContract {

  /** No write of the tests has so many steps. */
  private static final int MANY_STEPS = 200;

  private static final int WRITERS = 5;

  @Test
  void appendOfAnEntryThatFailsChangesNothing() throws Exception {
    assertFailureChangesNothing(faulty -> faulty.append(DOC, entry("new")));
  }

  @Test
  void appendOfMetadataThatFailsChangesNothing() throws Exception {
    assertFailureChangesNothing(faulty -> faulty.append(DOC, metaRecord("new")));
  }

  @Test
  void appendOfSeveralRecordsThatFailsChangesNothing() throws Exception {
    List<StoreRecord> records = List.of(entry("a"), metaRecord("new"), entry("b"));
    assertFailureChangesNothing(faulty -> faulty.appendAll(DOC, records));
  }

  @Test
  void appendWithAHeadThatFailsChangesNothing() throws Exception {
    assertFailureChangesNothing(faulty -> faulty.append(DOC, metaRecord("new"), faulty.head(DOC)));
  }

  @Test
  void replaceThatFailsChangesNothing() throws Exception {
    assertFailureChangesNothing(faulty -> faulty.replace(DOC, stream(4, "new")));
  }

  @Test
  void deleteThatFailsChangesNothing() throws Exception {
    assertFailureChangesNothing(faulty -> faulty.delete(DOC));
  }

  /** Lets each step of a write fail in turn, until the write is done without reaching it. */
  private void assertFailureChangesNothing(Consumer<Store> write) throws Exception {
    assume(Trait.FAULTS);
    store.appendAll(DOC, stream(3));
    write.accept(store);
    Document done = withoutHead(document(store, DOC));
    for (int step = 1; step < MANY_STEPS; step++) {
      if (!fails(step, write, done, /* retry= */ false)) {
        assertThat(step).as("the first step that was not reached").isGreaterThan(1);
        return;
      }
      fails(step, write, done, /* retry= */ true);
    }
    throw new AssertionError("expected fewer steps than " + MANY_STEPS + ", found more");
  }

  private boolean fails(int step, Consumer<Store> write, Document done, boolean retry)
      throws Exception {
    store.replace(DOC, stream(3));
    Document before = document(store, DOC);
    store.close();
    Store faulty = keep(backend().openFailing(step));
    Throwable thrown = catchThrowable(() -> write.accept(faulty));
    boolean retried = false;
    if (thrown instanceof StorageException) {
      assertThat(document(faulty, DOC)).as("after step %d: %s", step, thrown).isEqualTo(before);
      retried = retry;
      if (retry) {
        write.accept(faulty);
      }
    } else if (thrown != null && !(thrown instanceof OutcomeUnknownException)) {
      throw new AssertionError("expected a StorageException at step " + step, thrown);
    }
    faulty.close();
    store = open();
    Document after = document(store, DOC);
    if (thrown == null || retried) {
      assertThat(withoutHead(after)).as("after success").isEqualTo(done);
    } else if (thrown instanceof OutcomeUnknownException) {
      assertThat(withoutHead(after)).as("after %s", thrown).isIn(withoutHead(before), done);
    } else {
      assertThat(after).as("seen through a fresh store, after %s", thrown).isEqualTo(before);
    }
    assertThat(ids(store)).isEqualTo(after.meta().isPresent() ? List.of(DOC) : List.of());
    return thrown != null;
  }

  /** A head need not be the same when the same is written again. */
  private static Document withoutHead(Document document) {
    return new Document(document.meta(), Head.ABSENT, document.stream());
  }

  /** Writers that share a step share its failure; what was told to each must be true for each. */
  @Test
  void failureBesideOtherWritersIsToldToThoseWhoseRecordsAreLost() throws Exception {
    assume(Trait.FAULTS);
    int failures = 0;
    for (int step : List.of(1, 2, 3, 4, 5, 7, 10, 14, 19, 25)) {
      for (int i = 0; i < WRITERS; i++) {
        store.replace(DOC + i, stream(1));
      }
      store.close();
      Store faulty = keep(backend().openFailing(step));
      List<Callable<Written>> tasks = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String docId = DOC + i;
        tasks.add(() -> write(faulty, docId));
      }
      List<Written> written = Race.run(tasks);
      faulty.close();
      store = open();
      for (int i = 0; i < WRITERS; i++) {
        List<StoreRecord> found = load(store, DOC + i);
        assertThat(found).as("after step %d", step).containsAll(written.get(i).done());
        assertThat(found).filteredOn(written.get(i).failed()::contains).isEmpty();
        assertStream(store, DOC + i, found);
        failures += written.get(i).failed().size() + written.get(i).unknown();
      }
    }
    assertThat(failures).as("failures in all").isPositive();
  }

  private record Written(List<StoreRecord> done, List<StoreRecord> failed, int unknown) {}

  private static Written write(Store faulty, String docId) {
    List<StoreRecord> done = new ArrayList<>();
    List<StoreRecord> failed = new ArrayList<>();
    int unknown = 0;
    for (int i = 0; i < 4; i++) {
      StoreRecord record = entry(i);
      try {
        faulty.append(docId, record);
        done.add(record);
      } catch (OutcomeUnknownException e) {
        unknown++;
      } catch (StorageException e) {
        failed.add(record);
      }
    }
    return new Written(done, failed, unknown);
  }

  @Test
  void neighboursDoNotSeeEachOther() throws Exception {
    assume(Trait.NEIGHBOURS);
    Store neighbour = keep(backend().openNeighbour());
    store.appendAll(DOC, stream(3, "mine"));
    assertAbsent(neighbour, DOC);
    neighbour.appendAll(DOC, stream(5, "the neighbour's"));
    neighbour.appendAll("other", stream(2));
    assertStream(store, DOC, stream(3, "mine"));
    assertThat(ids(store)).containsExactly(DOC);
    assertThat(ids(neighbour)).containsExactly(DOC, "other");
    store.delete(DOC);
    assertStream(neighbour, DOC, stream(5, "the neighbour's"));
    neighbour.replace(DOC, stream(2, "new"));
    assertAbsent(store, DOC);
    store.close();
    assertStream(neighbour, DOC, stream(2, "new"));
  }
}
