package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.testkit.Contents.assertAbsent;
import static org.kyneta.testkit.Contents.assertStream;
import static org.kyneta.testkit.Contents.ids;
import static org.kyneta.testkit.Contents.load;
import static org.kyneta.testkit.Samples.INCOMPATIBLE;
import static org.kyneta.testkit.Samples.concat;
import static org.kyneta.testkit.Samples.entry;
import static org.kyneta.testkit.Samples.metaRecord;
import static org.kyneta.testkit.Samples.stream;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** Heads, and writes that expect one. */
abstract class HeadContract extends SnapshotContract {

  @Test
  void headOfAnUnknownDocumentIsAbsent() {
    assertThat(store.head(DOC)).isEqualTo(Head.ABSENT);
    store.append(DOC, metaRecord());
    assertThat(store.head(DOC)).isNotEqualTo(Head.ABSENT);
    store.delete(DOC);
    assertThat(store.head(DOC)).isEqualTo(Head.ABSENT);
  }

  @Test
  void writeWithTheRightHeadIsDoneAndReturnsTheNext() {
    Head head = store.append(DOC, metaRecord(), Head.ABSENT);
    assertThat(store.head(DOC)).isEqualTo(head);
    head = store.append(DOC, entry(1), head);
    assertThat(store.head(DOC)).isEqualTo(head);
    head = store.appendAll(DOC, List.of(entry(2), metaRecord("new"), entry(3)), head);
    assertThat(store.head(DOC)).isEqualTo(head);
    assertStream(
        store, DOC, List.of(metaRecord(), entry(1), entry(2), metaRecord("new"), entry(3)));
    head = store.replace(DOC, stream(2, "replaced"), head);
    assertThat(store.head(DOC)).isEqualTo(head);
    assertStream(store, DOC, stream(2, "replaced"));
    store.delete(DOC, head);
    assertAbsent(store, DOC);
  }

  @Test
  void writeWithoutAHeadMovesItToo() {
    Set<Head> heads = new HashSet<>();
    heads.add(store.head(DOC));
    store.append(DOC, metaRecord());
    heads.add(store.head(DOC));
    store.append(DOC, entry(1));
    heads.add(store.head(DOC));
    store.append(DOC, entry(1));
    heads.add(store.head(DOC));
    store.appendAll(DOC, List.of(entry(2), entry(3)));
    heads.add(store.head(DOC));
    store.append(DOC, metaRecord("other"));
    heads.add(store.head(DOC));
    store.replace(DOC, stream(3, "replaced"));
    heads.add(store.head(DOC));
    assertThat(heads).hasSize(7);
    store.append(DOC, entry(4), store.head(DOC));
    assertThat(load(store, DOC)).hasSize(4);
  }

  @Test
  void staleHeadIsAConflictForEveryWrite() {
    store.append(DOC, metaRecord());
    Head stale = store.head(DOC);
    store.append(DOC, entry(1));
    assertConflicts(stale);
  }

  @Test
  void absentIsAConflictIfTheDocumentExists() {
    store.appendAll(DOC, stream(2));
    assertConflicts(Head.ABSENT);
  }

  @Test
  void inventedHeadIsAConflict() {
    store.appendAll(DOC, stream(2));
    assertConflicts(new Head("invented"));
    assertConflicts(new Head(store.head(DOC) + " "));
  }

  @Test
  void headOfADocumentThatIsGoneIsAConflict() {
    store.appendAll(DOC, stream(2));
    Head gone = store.head(DOC);
    store.delete(DOC);
    assertConflicts(gone);
    assertAbsent(store, DOC);
  }

  private void assertConflicts(Head expected) {
    Head actual = store.head(DOC);
    assertConflict(expected, actual, () -> store.append(DOC, entry(9), expected));
    assertConflict(expected, actual, () -> store.append(DOC, metaRecord("new"), expected));
    assertConflict(expected, actual, () -> store.appendAll(DOC, stream(3, "new"), expected));
    assertConflict(expected, actual, () -> store.appendAll(DOC, List.of(), expected));
    assertConflict(expected, actual, () -> store.replace(DOC, stream(3, "new"), expected));
    assertConflict(expected, actual, () -> store.delete(DOC, expected));
  }

  private void assertConflict(Head expected, Head actual, ThrowingCallable write) {
    Throwable thrown = assertChangesNothing(write);
    assertThat(thrown).isInstanceOf(HeadConflictException.class);
    HeadConflictException conflict = (HeadConflictException) thrown;
    assertThat(conflict.docId()).isEqualTo(DOC);
    assertThat(conflict.expected()).isEqualTo(expected);
    assertThat(conflict.actual()).isEqualTo(actual);
    assertThat(conflict)
        .hasMessageContainingAll(DocIds.show(DOC), expected.toString(), actual.toString());
  }

  @Test
  void headIsNotTheSequenceNumberThatComesRoundAgain() {
    store.appendAll(DOC, List.of(metaRecord(), entry("A")));
    store.append(DOC, entry("X"));
    Head before = store.head(DOC);
    store.replace(DOC, List.of(metaRecord(), entry("B"), entry("X")));
    assertThat(store.head(DOC)).isNotEqualTo(before);
    assertConflicts(before);
  }

  @Test
  void headTellsAStreamThatWasMadeAnewFromTheOldOne() {
    store.appendAll(DOC, stream(3, "old"));
    Head before = store.head(DOC);
    store.delete(DOC);
    store.appendAll(DOC, stream(3, "new"));
    assertConflicts(before);
  }

  @Test
  void headTellsWhereOneRecordEndsAndTheNextBegins() {
    store.appendAll(DOC, List.of(metaRecord(), Samples.bytes((byte) 'a'), Samples.bytes()));
    Head before = store.head(DOC);
    store.replace(DOC, List.of(metaRecord(), Samples.bytes(), Samples.bytes((byte) 'a')));
    assertConflicts(before);
  }

  @Test
  void headStaysWhenNothingIsWritten() {
    store.appendAll(DOC, stream(3));
    Head head = store.head(DOC);
    load(store, DOC);
    store.currentMeta(DOC);
    ids(store);
    store.appendAll("other", stream(3));
    store.delete("unknown");
    store.appendAll(DOC, List.of());
    assertThat(store.appendAll(DOC, List.of(), head)).isEqualTo(head);
    assertRefused(
        Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.append(DOC, StoreRecord.meta(INCOMPATIBLE)));
    assertRefused(Rule.REPLACEMENT_HAS_META, () -> store.replace(DOC, List.of(entry(1))));
    assertThat(store.head(DOC)).isEqualTo(head);
    store.append(DOC, entry("after"), head);
  }

  @Test
  void headIsAsGoodAsItsText() {
    store.appendAll(DOC, stream(3));
    Head copy = new Head(store.head(DOC).toString());
    store.append(DOC, entry("after"), copy);
    assertStream(store, DOC, concat(stream(3), List.of(entry("after"))));
  }

  @Test
  void absentCreatesADocument() {
    Head head = store.replace(DOC, stream(2), Head.ABSENT);
    assertThat(store.head(DOC)).isEqualTo(head).isNotEqualTo(Head.ABSENT);
    assertStream(store, DOC, stream(2));
    head = store.appendAll("other", stream(3), Head.ABSENT);
    assertThat(store.head("other")).isEqualTo(head);
    assertThat(store.appendAll("none", List.of(), Head.ABSENT)).isEqualTo(Head.ABSENT);
    store.delete("none", Head.ABSENT);
    assertAbsent(store, "none");
  }

  @Test
  void rejectedRecordIsRefusedInSpiteOfTheRightHead() {
    assertRefused(Rule.FIRST_RECORD_IS_META, () -> store.append("new", entry(1), Head.ABSENT));
    store.appendAll(DOC, stream(2));
    Head head = store.head(DOC);
    List<StoreRecord> spoilt = List.of(metaRecord("new"), StoreRecord.meta(INCOMPATIBLE));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.appendAll(DOC, spoilt, head));
    assertRefused(Rule.REPLICA_TYPE_IS_COMPATIBLE, () -> store.replace(DOC, spoilt, head));
    assertRefused(Rule.REPLACEMENT_HAS_META, () -> store.replace(DOC, List.of(entry(1)), head));
    store.delete(DOC, head);
  }

  @Test
  void headOfALongStreamIsFollowedThroughEveryWrite() {
    Head head = store.appendAll(DOC, stream(3_000), Head.ABSENT);
    head = store.append(DOC, entry("more"), head);
    assertThat(store.head(DOC)).isEqualTo(head);
    head = store.replace(DOC, stream(2_000, "new"), head);
    assertThat(store.head(DOC)).isEqualTo(head);
  }

  @Test
  void headIsTheSameThroughAnotherStore() throws Exception {
    store.appendAll(DOC, stream(3));
    Store other = another();
    Head head = store.head(DOC);
    assertThat(other.head(DOC)).isEqualTo(head);
    Head next = other.append(DOC, entry("from the other"), head);
    assertThat(store.head(DOC)).isEqualTo(next);
    assertConflicts(head);
    store.replace(DOC, stream(2, "new"), next);
    assertStream(other, DOC, stream(2, "new"));
  }

  @Test
  void headIsTheSameAfterReopeningIfTheBackEndIsPersistent() throws Exception {
    store.appendAll(DOC, stream(3));
    Head head = store.head(DOC);
    reopen();
    if (has(Trait.PERSISTENT)) {
      assertThat(store.head(DOC)).isEqualTo(head);
      store.append(DOC, entry("after"), head);
      assertConflicts(head);
    } else {
      assertThat(store.head(DOC)).isEqualTo(Head.ABSENT);
      assertConflicts(head);
    }
  }

  @Test
  void nullHeadsAreRefused() {
    Head none = Nulls.of(Head.class);
    store.append(DOC, metaRecord());
    Nulls.assertRefused(() -> store.append(DOC, entry(1), none));
    Nulls.assertRefused(() -> store.appendAll(DOC, stream(1), none));
    Nulls.assertRefused(() -> store.replace(DOC, stream(1), none));
    Nulls.assertRefused(() -> store.delete(DOC, none));
    assertStream(store, DOC, stream(1));
  }
}
