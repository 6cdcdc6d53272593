package org.kyneta.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kyneta.faults.Operation.Expected;
import org.kyneta.faults.Operation.Kind;
import org.kyneta.faults.Report.Stage;
import org.kyneta.store.Cursor;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

class ModelTest {

  private static final String DOC = "a document";

  private final Contents contents = new Contents(1, 5_000);
  private final Model model = new Model(contents);
  private final Store store = new InMemoryStore();
  private final Map<Stage, Integer> stages = new EnumMap<>(Stage.class);

  @AfterEach
  void close() {
    store.close();
  }

  private Operation append(long first, int count) {
    return new Operation(Kind.APPEND, DOC, first, count, first == 0);
  }

  private void write(Operation operation) {
    model.begin(operation);
    operation.applyTo(store, contents);
    model.done(operation);
  }

  private void acknowledge(Operation operation) {
    model.begin(operation);
    model.done(operation);
  }

  private List<StoreRecord> records() {
    return new ArrayList<>(store.loadAll(DOC).stream().toList());
  }

  private void assertFound(String part) {
    Verdict verdict = model.judge(store);
    assertThat(verdict.isClean()).isFalse();
    assertThat(verdict.findings()).anyMatch(finding -> finding.contains(part));
    assertThat(model.judge(store).isClean()).as("the same again").isTrue();
  }

  @Test
  void whatIsAsReportedIsClean() throws IOException {
    Workload workload = new Workload(7, Map.of("x", 0, "y", 0, "z", 0), 0);
    for (int i = 0; i < 2_000; i++) {
      workload.perform(store, contents, this::tell);
      if (i % 50 == 0) {
        assertThat(model.judge(store)).isEqualTo(Verdict.NOTHING);
      }
    }
    assertThat(model.judge(store)).isEqualTo(Verdict.NOTHING);
    int done = stages.getOrDefault(Stage.DONE, 0);
    assertThat(model.acknowledged()).isEqualTo(done).isBetween(1_500L, 1_900L);
    assertThat(stages).containsEntry(Stage.REFUSED, 2_000 - done);
  }

  private void tell(Report report) {
    stages.merge(report.stage(), 1, Integer::sum);
    Report.parse(report.toLine()).tell(model);
  }

  @Test
  void whatWasInFlightMayBeThereOrNot() {
    write(append(0, 3));
    model.begin(append(3, 2));
    assertThat(model.judge(store)).isEqualTo(new Verdict(1, 0, List.of(), List.of()));
    assertThat(model.length(DOC)).isEqualTo(3);
    Operation inFlight = append(5, 2);
    model.begin(inFlight);
    inFlight.applyTo(store, contents);
    assertThat(model.judge(store)).isEqualTo(new Verdict(1, 0, List.of(), List.of()));
    assertThat(model.length(DOC)).isEqualTo(5);
    write(append(7, 1));
    assertThat(model.judge(store).isClean()).isTrue();
  }

  @Test
  void whatHasFailedMustNotBeThere() {
    write(append(0, 1));
    Operation failed = append(1, 1);
    model.begin(failed);
    failed.applyTo(store, contents);
    model.failed(failed);
    assertFound("expected 1 records, found 2; seq 1: expected the end, found entry 1");
  }

  @Test
  void whatWasAcknowledgedAndIsNotThereIsLost() {
    write(append(0, 2));
    acknowledge(append(2, 1));
    acknowledge(append(3, 1));
    model.begin(append(4, 1));
    Verdict verdict = model.judge(store);
    assertThat(verdict.lost()).isEqualTo(2);
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.losses()).singleElement().asString().contains("append of 2 to 2");
    assertThat(verdict.forgivingLosses().isClean()).isTrue();
    assertThat(verdict.tally(1, 4).isClean()).isFalse();
  }

  @Test
  void aDocumentThatWasLostWholeIsLost() {
    acknowledge(append(0, 1));
    assertThat(model.judge(store).lost()).isEqualTo(1);
  }

  @Test
  void aLossIsNoTailIfSomethingLaterIsThere() {
    acknowledge(append(0, 1));
    write(new Operation(Kind.APPEND, "another", 0, 1, true));
    Verdict verdict = model.judge(store);
    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.findings()).singleElement().asString().contains("begun after a lost one");
  }

  @Test
  void aTornReplacementIsFound() {
    write(append(0, 3));
    Operation replace = new Operation(Kind.REPLACE, DOC, 10, 5, true);
    model.begin(replace);
    Operation half = new Operation(Kind.REPLACE, DOC, 10, 2, true);
    half.applyTo(store, contents);
    assertFound("or what replace of 10 to 14 leaves");
  }

  @Test
  void aReplacementInTwoStepsIsFoundBetweenThem() {
    write(append(0, 3));
    assertThat(model.judge(store).isClean()).isTrue();
    model.begin(new Operation(Kind.REPLACE, DOC, 10, 5, true));
    store.delete(DOC);
    assertFound("found the end");
  }

  @Test
  void aRecordThatNobodyWroteIsFound() {
    write(append(0, 2));
    store.append(DOC, contents.record(DOC, 77, false));
    assertFound("found entry 77");
  }

  @Test
  void aDocumentThatNobodyWroteIsFound() {
    write(append(0, 2));
    store.append("phantom", contents.record("phantom", 0, true));
    assertThat(model.judge(store).findings())
        .singleElement()
        .asString()
        .contains("[phantom] too many");
  }

  @Test
  void aStreamInAnotherOrderIsFound() {
    write(append(0, 4));
    List<StoreRecord> records = records();
    Collections.swap(records, 2, 3);
    store.replace(DOC, records);
    assertFound("seq 2: expected entry 2, found entry 3");
  }

  @Test
  void aRecordTwiceIsFound() {
    write(append(0, 2));
    store.append(DOC, contents.record(DOC, 1, false));
    assertFound("expected 2 records, found 3");
  }

  @Test
  void aRecordWithTheVersionOfAnotherIsFound() {
    write(append(0, 3));
    List<StoreRecord> records = records();
    StoreRecord.Entry entry = (StoreRecord.Entry) records.get(1);
    records.set(1, StoreRecord.entry(entry.payload(), "2"));
    store.replace(DOC, records);
    assertFound("calls itself 2 and has other contents");
  }

  @Test
  void aRecordWithOtherContentsIsFound() {
    write(append(0, 3));
    List<StoreRecord> records = records();
    records.set(2, new Contents(2, 5_000).record(DOC, 2, false));
    store.replace(DOC, records);
    assertFound("calls itself 2 and has other contents");
  }

  @Test
  void anIndexThatIsNotTheStreamsIsFound() {
    write(append(0, 3));
    try (Store lying =
        new ForwardingStore(new InMemoryStore()) {
          @Override
          public Optional<StoreMeta> currentMeta(String docId) {
            return Optional.empty();
          }

          @Override
          public Cursor<String> listDocIds(String prefix) {
            return target.listDocIds("none");
          }
        }) {
      append(0, 3).applyTo(lying, contents);
      assertThat(model.judge(lying).findings())
          .hasSize(2)
          .anyMatch(finding -> finding.contains("found in the index none"))
          .anyMatch(finding -> finding.contains("missing"));
    }
  }

  @Test
  void aWriterMustNotGoOnBeforeItsDocumentIsJudged() {
    model.begin(append(0, 1));
    assertThatIllegalStateException().isThrownBy(() -> model.begin(append(1, 1)));
    assertThatIllegalStateException().isThrownBy(() -> model.done(append(1, 1)));
    assertThat(model.judge(store, DOC).unknown()).isEqualTo(1);
    write(append(0, 1));
    assertThat(model.judge(store, DOC).isClean()).isTrue();
  }

  @Test
  void whatIsUnknownMayBeThereOrNotUntilTheDocumentIsJudged() {
    write(append(0, 2));
    Operation done = append(2, 1);
    model.begin(done);
    done.applyTo(store, contents);
    model.unknown(done);
    Operation notDone = append(3, 1);
    model.begin(notDone);
    model.unknown(notDone);
    write(append(4, 1));
    Model copy = model.copy();
    assertThat(copy.judge(store)).isEqualTo(new Verdict(2, 0, List.of(), List.of()));
    store.replace(DOC, records().subList(0, 3));
    assertThat(model.judge(store).lost()).isEqualTo(1);
  }

  @Test
  void whatMustBeRefusedAndWasDoneIsFound() {
    Operation entry = new Operation(Kind.APPEND, DOC, 0, 1, false);
    assertThat(entry.applyTo(store, contents)).isFalse();
    model.begin(entry);
    model.done(entry);
    assertFound("append of 0 to 0 was done, and had to be refused");
    write(append(0, 2));
    Operation wrong = new Operation(Kind.APPEND, DOC, 2, 1, false, Expected.WRONG);
    assertThat(wrong.applyTo(store, contents)).isFalse();
    model.begin(wrong);
    model.done(wrong);
    assertFound("append of 2 to 2 with a wrong head was done, and had to be refused");
  }

  @Test
  void whatWasRefusedAndHadToBeDoneIsFound() {
    write(append(0, 2));
    Operation right = new Operation(Kind.APPEND, DOC, 2, 1, false, Expected.CURRENT);
    model.begin(right);
    model.refused(right);
    assertFound("append of 2 to 2 with the head was refused, and had to be done");
    write(right);
    assertThat(model.judge(store)).isEqualTo(Verdict.NOTHING);
  }

  @Test
  void whatWasRefusedAndHasChangedSomethingIsFound() {
    write(append(0, 2));
    Operation wrong = new Operation(Kind.DELETE, DOC, 2, 0, false, Expected.WRONG);
    model.begin(wrong);
    store.delete(DOC);
    model.refused(wrong);
    assertThat(model.judge(store).isClean()).isFalse();
  }

  @Test
  void anOperationIsReadAsItWasWritten() {
    Workload workload = new Workload(3, Map.of("with some spaces", 0), 5);
    for (int i = 0; i < 200; i++) {
      Operation operation = workload.next();
      workload.done(operation);
      assertThat(Operation.parse(operation.toLine())).isEqualTo(operation);
    }
  }
}
