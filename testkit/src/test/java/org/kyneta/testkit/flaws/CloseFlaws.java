package org.kyneta.testkit.flaws;

import static org.kyneta.testkit.flaws.WriteFlaws.pause;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.flaws.Sketch.Document;

/** Stores that do not close, or close too much. */
final class CloseFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "close does nothing",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public void close() {}
                  },
              "everyMethodOfAClosedStoreSaysSo",
              "cursorOfAClosedStoreSaysSo",
              "closeWithinARunningWriteIsRefused"),
          Flaw.of(
              "to close twice is an error",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public void close() {
                      if (closed) {
                        throw new StorageException("closed already", null);
                      }
                      super.close();
                    }
                  },
              "closingTwiceDoesNothing"),
          Flaw.of(
              "close does not wait",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public void close() {
                      closed = true;
                    }
                  },
              "closeWaitsForARunningWrite",
              "closeWithinARunningWriteIsRefused"),
          Flaw.of(
              "cursors go on after the store was closed",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    RecordCursor records(List<StoreRecord> records, long fromSeq) {
                      return new ListCursor.Records(new Sketch(data, limits), records, fromSeq);
                    }
                  },
              "cursorOfAClosedStoreSaysSo"),
          Flaw.of(
              "a closed store is an error of another kind",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void requireOpen() {
                      if (closed) {
                        throw new IllegalStateException("the pool is closed");
                      }
                    }
                  },
              "everyMethodOfAClosedStoreSaysSo",
              "closeDuringUseFailsWithNothingElseAndGivesNoWrongAnswer"),
          Flaw.of(
              "a store that is being closed gives wrong answers",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    @Nullable Document find(String docId) {
                      checkRead(docId);
                      requireOpen();
                      pause();
                      return closed ? null : data.documents.get(docId);
                    }
                  },
              "closeDuringUseFailsWithNothingElseAndGivesNoWrongAnswer"),
          Flaw.of(
              "the last write before close is lost, though it returned",
              (data, limits) ->
                  new Sketch(data, limits) {
                    private @Nullable Runnable undo;

                    @Override
                    void publish(String docId, Document next) {
                      Document before = data.documents.get(docId);
                      super.publish(docId, next);
                      undo = before == null ? null : () -> data.documents.put(docId, before);
                    }

                    @Override
                    public void close() {
                      super.close();
                      if (undo != null) {
                        undo.run();
                      }
                    }
                  },
              "whatReturnedBeforeCloseIsThereAfterItAndNothingElse"),
          Flaw.of(
              "a store closes what others use",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public void close() {
                      super.close();
                      data.documents.clear();
                    }
                  },
              "closingOneStoreLeavesOthersUsable",
              "reopenedStoreHoldsWhatTheTraitSays"),
          Flaw.of(
              "the records of a write may write as well",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void refuseWithinAWrite() {}
                  },
              "recordsOfARunningWriteMustNotWriteToTheStore",
              "closeWithinARunningWriteIsRefused"),
          Flaw.of(
              "an interrupted thread takes the store with it",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    @Nullable Document find(String docId) {
                      if (Thread.currentThread().isInterrupted()) {
                        closed = true;
                        throw new StorageException("interrupted", null);
                      }
                      return super.find(docId);
                    }
                  },
              "interruptedThreadHarmsNobodyElse"));

  private CloseFlaws() {}
}
