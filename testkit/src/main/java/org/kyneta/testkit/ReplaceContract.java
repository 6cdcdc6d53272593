package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.INCOMPATIBLE;
import static org.kyneta.testkit.Samples.META;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreRecord;

/** Replacing and deleting whole documents. */
abstract class ReplaceContract extends AppendContract {

  @Test
  void replaceSwapsTheStream() {
    store.appendAll(DOC, stream(5, "old"));
    store.replace(DOC, stream(3, "new"));
    assertStream(store, DOC, stream(3, "new"));
  }

  @Test
  void replaceLeavesNothingOfALongerStream() {
    store.appendAll(DOC, stream(3_000, "old"));
    store.replace(DOC, stream(2, "new"));
    assertStream(store, DOC, stream(2, "new"));
    store.replace(DOC, stream(3_000, "newer"));
    assertStream(store, DOC, stream(3_000, "newer"));
  }

  @Test
  void replaceOfADocumentThatDoesNotExistCreatesIt() {
    store.replace(DOC, stream(3));
    assertStream(store, DOC, stream(3));
  }

  @Test
  void replaceWithoutMetadataIsRefused() {
    store.appendAll(DOC, stream(3));
    RecordRejectedException refusal =
        assertRefused(
            Rule.REPLACEMENT_HAS_META, () -> store.replace(DOC, List.of(entry(1), entry(2))));
    assertThat(refusal.docId()).isEqualTo(DOC);
    assertRefused(Rule.REPLACEMENT_HAS_META, () -> store.replace("new", List.of(entry(1))));
  }

  @Test
  void replaceByNothingIsRefused() {
    store.appendAll(DOC, stream(3));
    assertRefused(Rule.REPLACEMENT_HAS_META, () -> store.replace(DOC, List.of()));
    assertRefused(Rule.REPLACEMENT_HAS_META, () -> store.replace("new", List.of()));
  }

  @Test
  void replaceTakesTheLastMetadata() {
    store.append(DOC, metaRecord("old"));
    List<StoreRecord> records =
        List.of(metaRecord("first"), entry(1), metaRecord("second"), metaRecord("third"), entry(2));
    store.replace(DOC, records);
    assertStream(store, DOC, records);
    assertThat(store.currentMeta(DOC)).contains(Samples.meta("third"));
  }

  @Test
  void replaceMayBeginWithAnEntry() {
    List<StoreRecord> records = List.of(entry(1), entry(2), metaRecord(), entry(3));
    store.replace(DOC, records);
    assertStream(store, DOC, records);
    store.append(DOC, entry(4));
    assertStream(store, DOC, concat(records, List.of(entry(4))));
  }

  @Test
  void replaceRestartsTheSequence() {
    store.appendAll(DOC, stream(7, "old"));
    store.replace(DOC, stream(2, "new"));
    store.append(DOC, entry("next"));
    try (var cursor = store.loadAll(DOC, 2)) {
      assertThat(cursor.next()).isEqualTo(entry("next"));
      assertThat(cursor.seq()).isEqualTo(2);
      assertThat(cursor.hasNext()).isFalse();
    }
  }

  @Test
  void appendAfterReplaceKeepsOrder() {
    store.appendAll(DOC, stream(10, "old"));
    store.replace(DOC, stream(4, "new"));
    store.append(DOC, entry("a"));
    store.appendAll(DOC, List.of(entry("b"), metaRecord("later"), entry("c")));
    assertStream(
        store,
        DOC,
        concat(stream(4, "new"), List.of(entry("a"), entry("b"), metaRecord("later"), entry("c"))));
  }

  @Test
  void replaceIsCheckedAgainstTheCurrentMetadata() {
    store.appendAll(DOC, stream(3));
    assertRefused(
        Rule.REPLICA_TYPE_IS_COMPATIBLE,
        () -> store.replace(DOC, List.of(StoreRecord.meta(INCOMPATIBLE), entry(1))));
  }

  @Test
  void replaceIsCheckedAgainstItsOwnEarlierMetadata() {
    List<StoreRecord> records = List.of(metaRecord(), entry(1), StoreRecord.meta(INCOMPATIBLE));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace("new", records));
    store.appendAll(DOC, stream(3));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace(DOC, records));
    List<StoreRecord> back =
        List.of(metaRecord(), StoreRecord.meta(INCOMPATIBLE), metaRecord(), entry(1));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace(DOC, back));
  }

  @Test
  void replaceChangesNothingWhenARecordInTheMiddleIsRejected() {
    store.appendAll(DOC, stream(5, "old"));
    List<StoreRecord> spoilt =
        concat(stream(1_000, "new"), List.of(StoreRecord.meta(INCOMPATIBLE), entry(1)));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace(DOC, spoilt));
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(5, "old"), List.of(entry("after"))));
  }

  @Test
  void replaceChangesNothingAndPassesOnWhatTheIterationThrows() {
    store.appendAll(DOC, stream(5, "old"));
    RuntimeException exception = new IllegalCallerException("the iteration's own");
    Records failing = new Records(stream(3, "new")).thenThrow(exception);
    assertThat(assertChangesNothing(() -> store.replace(DOC, failing))).isSameAs(exception);
    assertThat(assertChangesNothing(() -> store.replace("new", failing))).isSameAs(exception);
    store.append(DOC, entry("after"));
    assertStream(store, DOC, concat(stream(5, "old"), List.of(entry("after"))));
  }

  @Test
  void replaceIteratesOnce() {
    Records records = new Records(stream(50));
    store.replace(DOC, records);
    assertThat(records.iterators()).isEqualTo(1);
    assertStream(store, DOC, stream(50));
  }

  @Test
  void replaceChecksRecordsAsTheyCome() {
    Records records = new Records(concat(stream(20), List.of(StoreRecord.meta(INCOMPATIBLE))));
    assertRefused(
        Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace(DOC, records.thenForEver(entry(1))));
  }

  @Test
  void replaceRefusesANullAmongTheRecords() {
    store.appendAll(DOC, stream(3));
    List<StoreRecord> records = new ArrayList<>(stream(3, "new"));
    records.add(Nulls.of(StoreRecord.class));
    assertThat(assertChangesNothing(() -> store.replace(DOC, records)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void replaceMayReadFromACursorOverTheStreamThatItReplaces() {
    store.appendAll(DOC, stream(2_000, "old"));
    try (var cursor = store.loadAll(DOC)) {
      store.replace(DOC, () -> cursor);
    }
    assertStream(store, DOC, stream(2_000, "old"));
  }

  @Test
  void replaceTouchesNoOtherDocument() {
    store.appendAll(DOC, stream(3, "old"));
    store.appendAll(DOC + "/child", stream(4, "other"));
    store.appendAll("", stream(2, "other"));
    store.replace(DOC, stream(2, "new"));
    assertStream(store, DOC, stream(2, "new"));
    assertStream(store, DOC + "/child", stream(4, "other"));
    assertStream(store, "", stream(2, "other"));
  }

  @Test
  void deleteRemovesStreamMetadataAndListing() {
    store.appendAll(DOC, stream(3_000));
    store.delete(DOC);
    assertThat(load(store, DOC)).isEmpty();
    assertThat(store.currentMeta(DOC)).isEmpty();
    assertThat(ids(store)).isEmpty();
    assertAbsent(store, DOC);
  }

  @Test
  void deleteOfAnUnknownDocumentDoesNothing() {
    store.appendAll("other", stream(2));
    store.delete(DOC);
    store.delete(DOC);
    assertAbsent(store, DOC);
    assertStream(store, "other", stream(2));
  }

  @Test
  void deleteTouchesNoOtherDocument() {
    store.appendAll(DOC, stream(3));
    store.appendAll(DOC + "/child", stream(4, "other"));
    store.appendAll("", stream(2, "other"));
    store.delete(DOC);
    assertAbsent(store, DOC);
    assertStream(store, DOC + "/child", stream(4, "other"));
    assertStream(store, "", stream(2, "other"));
  }

  @Test
  void deletedDocumentBeginsAnewWithWhateverMetadata() {
    store.appendAll(DOC, stream(5, "old"));
    store.delete(DOC);
    assertRefused(Rule.FIRST_RECORD_IS_META, () -> store.append(DOC, entry("orphan")));
    List<StoreRecord> records = List.of(StoreRecord.meta(INCOMPATIBLE), entry("new"));
    store.appendAll(DOC, records);
    assertStream(store, DOC, records);
    assertThat(store.currentMeta(DOC)).contains(INCOMPATIBLE).isNotEqualTo(META);
  }
}
