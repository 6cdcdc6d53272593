package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.INCOMPATIBLE;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.meta;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Head;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreRecord;

/** Appending one record or several. */
abstract class AppendContract extends Harness {

  @Test
  void unknownDocumentHasNoMetadata() {
    assertThat(store.currentMeta(DOC)).isEmpty();
  }

  @Test
  void loadOfAnUnknownDocumentIsEmpty() {
    assertThat(load(store, DOC)).isEmpty();
    assertThat(load(store, DOC, 7)).isEmpty();
  }

  @Test
  void entryBeforeMetadataIsRefused() {
    RecordRejectedException refusal =
        assertRefused(Rule.FIRST_RECORD_IS_META, () -> store.append(DOC, entry(1)));
    assertThat(refusal.docId()).isEqualTo(DOC);
    assertRefused(
        Rule.FIRST_RECORD_IS_META,
        () -> store.appendAll(DOC, List.of(entry(1), metaRecord(), entry(2))));
  }

  @Test
  void appendedMetadataShowsAsCurrentAndInTheListing() {
    store.append(DOC, metaRecord());
    assertThat(store.currentMeta(DOC)).contains(META);
    assertThat(ids(store)).containsExactly(DOC);
  }

  @Test
  void appendAndLoadKeepOrderAndKinds() {
    List<StoreRecord> records =
        List.of(metaRecord("first"), entry(1), entry(2), metaRecord("second"), entry(3), entry(3));
    records.forEach(record -> store.append(DOC, record));
    assertStream(store, DOC, records);
  }

  @Test
  void metadataAndListingShowTheRecordThatIsAppended() {
    for (int i = 0; i < 5; i++) {
      store.append(DOC + i, metaRecord("hash " + i));
      assertStream(store, DOC + i, List.of(metaRecord("hash " + i)));
      store.append(DOC + i, metaRecord("next " + i));
      assertStream(store, DOC + i, List.of(metaRecord("hash " + i), metaRecord("next " + i)));
    }
  }

  @Test
  void documentsDoNotSeeEachOther() {
    store.appendAll("a", stream(3, "of a"));
    store.appendAll("b", concat(List.of(metaRecord("b")), stream(4, "of b")));
    store.append("a", entry("last of a"));
    assertStream(store, "a", concat(stream(3, "of a"), List.of(entry("last of a"))));
    assertStream(store, "b", concat(List.of(metaRecord("b")), stream(4, "of b")));
  }

  @Test
  void appendAllAddsAllRecordsInOrder() {
    store.appendAll(DOC, stream(3, "first"));
    List<StoreRecord> more =
        List.of(entry(1), metaRecord("second"), entry(2), metaRecord("third"), entry(3));
    store.appendAll(DOC, more);
    assertStream(store, DOC, concat(stream(3, "first"), more));
  }

  @Test
  void appendAllOfManyRecordsAddsThemAll() {
    store.appendAll(DOC, stream(5_000));
    store.appendAll(DOC, List.of(entry("one"), entry("more")));
    assertStream(store, DOC, concat(stream(5_000), List.of(entry("one"), entry("more"))));
  }

  @Test
  void appendAllOfNothingWritesNothing() {
    store.appendAll(DOC, List.of());
    assertAbsent(store, DOC);
    store.appendAll(DOC, stream(2));
    store.appendAll(DOC, List.of());
    assertStream(store, DOC, stream(2));
  }

  @Test
  void appendAllWritesNothingWhenARecordInTheMiddleIsRejected() {
    store.appendAll(DOC, stream(3));
    List<StoreRecord> spoilt =
        List.of(entry("a"), metaRecord("new"), StoreRecord.meta(INCOMPATIBLE), entry("b"));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.appendAll(DOC, spoilt));
    assertRefused(
        Rule.REPLICA_TYPE_IS_COMPATIBLE,
        () -> store.appendAll("new", concat(stream(3), List.of(StoreRecord.meta(INCOMPATIBLE)))));
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(3), List.of(entry("after"))));
    assertAbsent(store, "new");
  }

  @Test
  void appendAllWritesNothingWhenManyRecordsPrecedeTheRejectedOne() {
    store.appendAll(DOC, stream(3));
    List<StoreRecord> spoilt = concat(stream(3_000), List.of(StoreRecord.meta(INCOMPATIBLE)));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.appendAll(DOC, spoilt));
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(3), List.of(entry("after"))));
  }

  @Test
  void appendAllWritesNothingAndPassesOnWhatTheIterationThrows() {
    store.appendAll(DOC, stream(3));
    List<StoreRecord> records = List.of(metaRecord("new"), entry("a"));
    RuntimeException exception = new IllegalCallerException("the iteration's own");
    assertThat(
            assertChangesNothing(
                () -> store.appendAll(DOC, new Records(records).thenThrow(exception))))
        .isSameAs(exception);
    Error error = new LinkageError("the iteration's own");
    assertThat(
            assertChangesNothing(
                () -> store.appendAll("new", new Records(records).thenThrow(error))))
        .isSameAs(error);
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(3), List.of(entry("after"))));
  }

  @Test
  void appendAllIteratesOnce() {
    Records records = new Records(stream(50));
    store.appendAll(DOC, records);
    assertThat(records.iterators()).isEqualTo(1);
    assertStream(store, DOC, stream(50));
  }

  @Test
  void appendAllChecksRecordsAsTheyCome() {
    Records records = new Records(concat(stream(20), List.of(StoreRecord.meta(INCOMPATIBLE))));
    assertRefused(
        Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.appendAll(DOC, records.thenForEver(entry(1))));
  }

  @Test
  void appendAllRefusesANullAmongTheRecords() {
    List<StoreRecord> records = new ArrayList<>(stream(3));
    records.add(Nulls.of(StoreRecord.class));
    assertThat(assertChangesNothing(() -> store.appendAll(DOC, records)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void appendAllMayReadFromACursorThatWasOpenedBefore() throws Exception {
    store.appendAll("source", stream(2_000));
    try (var cursor = store.loadAll("source")) {
      store.appendAll(DOC, () -> cursor);
    }
    assertStream(store, DOC, stream(2_000));
  }

  @Test
  void recordsOfARunningWriteReadTheStoreAsTheTraitSays() {
    store.appendAll(DOC, stream(3));
    Head before = store.head(DOC);
    List<Runnable> reads =
        List.of(
            () -> assertThat(store.currentMeta(DOC)).contains(META),
            () -> assertThat(store.head(DOC)).isEqualTo(before),
            () -> assertThat(load(store, DOC)).isEqualTo(stream(3)),
            () -> assertThat(ids(store)).containsExactly(DOC));
    if (has(Trait.NESTED_READS)) {
      Records reading = new Records(List.of(entry("a"), metaRecord("new"), entry("b")));
      store.appendAll(DOC, reading.beforeEach(() -> reads.forEach(Runnable::run)));
      assertThat(load(store, DOC)).hasSize(6);
      List<StoreRecord> all = load(store, DOC);
      store.replace(DOC, () -> store.loadAll(DOC));
      assertStream(store, DOC, all);
    } else {
      for (Runnable read : reads) {
        Records reading = new Records(List.of(entry("a"), entry("b"))).beforeEach(read);
        assertThat(assertChangesNothing(() -> store.appendAll(DOC, reading)))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void recordsOfARunningWriteMustNotWriteToTheStore() {
    store.appendAll(DOC, stream(3));
    List<Runnable> writes =
        List.of(
            () -> store.append(DOC, entry("nested")),
            () -> store.appendAll("new", stream(2)),
            () -> store.replace(DOC, stream(2)),
            () -> store.delete(DOC));
    for (Runnable write : writes) {
      Records writing = new Records(List.of(entry("a"), entry("b"))).beforeEach(write);
      assertThat(assertChangesNothing(() -> store.appendAll(DOC, writing)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatNoException().isThrownBy(() -> store.append(DOC, StoreRecord.meta(meta("after"))));
  }

  @Test
  void nullArgumentsAreRefused() {
    String noId = Nulls.of(String.class);
    StoreRecord noRecord = Nulls.of(StoreRecord.class);
    List<StoreRecord> noRecords = Nulls.ofList();
    store.append(DOC, metaRecord());
    Nulls.assertRefused(() -> store.append(noId, metaRecord()));
    Nulls.assertRefused(() -> store.append(DOC, noRecord));
    Nulls.assertRefused(() -> store.appendAll(noId, stream(1)));
    Nulls.assertRefused(() -> store.appendAll(DOC, noRecords));
    Nulls.assertRefused(() -> store.replace(noId, stream(1)));
    Nulls.assertRefused(() -> store.replace(DOC, noRecords));
    Nulls.assertRefused(() -> store.delete(noId));
    Nulls.assertRefused(() -> store.loadAll(noId));
    Nulls.assertRefused(() -> store.currentMeta(noId));
    Nulls.assertRefused(() -> store.head(noId));
    Nulls.assertRefused(() -> store.listDocIds(noId));
    assertStream(store, DOC, stream(1));
  }
}
