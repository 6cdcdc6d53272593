package org.kyneta.testkit.flaws;

import static org.kyneta.testkit.flaws.WriteFlaws.pause;
import static org.kyneta.testkit.flaws.WriteFlaws.writing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.Trait;
import org.kyneta.testkit.flaws.Sketch.Data;
import org.kyneta.testkit.flaws.Sketch.Document;
import org.kyneta.testkit.flaws.WriteFlaws.Writing;

/** Writers that are in each other's way, and storage that fails. */
final class SharingFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "each store remembers where its own last write ended",
              SharingFlaws::remembering,
              "twoStoresTakeTurnsOnOneDocument",
              "writeIsCheckedAgainstWhatAnotherStoreHasWritten",
              "manyThreadsAppendToOneDocumentThroughSeveralStores",
              "headIsTheSameThroughAnotherStore"),
          Flaw.of(
              "a write reads, computes, and then writes",
              writing(SharingFlaws::unguarded),
              "manyPlatformThreadsAppendToOneDocument",
              "manyVirtualThreadsAppendToOneDocument",
              "manyThreadsAppendToOneDocumentThroughSeveralStores"),
          Flaw.of(
              "an entry is appended to what was deleted meanwhile",
              writing(SharingFlaws::orphaning),
              "deleteThatRacesAppendsLeavesNoHalfDocument"),
          Flaw.of(
              "a write does not wait for another",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    <T extends @Nullable Object> T exclusively(Supplier<T> action) {
                      refuseWithinAWrite();
                      if (!data.lock.tryLock()) {
                        throw new StorageBusyException("the database is locked", null);
                      }
                      try {
                        pause();
                        return super.locked(action);
                      } finally {
                        data.lock.unlock();
                      }
                    }
                  },
              "manyPlatformThreadsAppendToOneDocument",
              "manyVirtualThreadsAppendToOneDocument",
              "manyThreadsAppendToOneDocumentThroughSeveralStores",
              "manyThreadsWriteManyDocuments",
              "manyVirtualThreadsWriteWhileTheyRead"),
          Flaw.of(
              "stores share nothing, and say they do",
              (data, limits) -> new Sketch(new Data(), limits),
              "storesThatAreOpenAtOnceShareTheirDataAsTheTraitSays",
              "readAfterAWriteSeesIt",
              "reopenedStoreHoldsWhatTheTraitSays",
              "reopenedStoreGoesOnWhereItStoppedIfItIsPersistent",
              "headIsTheSameAfterReopeningIfTheBackEndIsPersistent"),
          Flaw.of(
                  "stores share their data, and do not say so",
                  Sketch::new,
                  "storesThatAreOpenAtOnceShareTheirDataAsTheTraitSays",
                  "closingOneStoreLeavesOthersUsable")
              .without(Trait.SHARED),
          Flaw.of(
                  "a store is persistent, and does not say so",
                  Sketch::new,
                  "reopenedStoreHoldsWhatTheTraitSays",
                  "reopenedStoreGoesOnWhereItStoppedIfItIsPersistent")
              .without(Trait.PERSISTENT),
          Flaw.of(
              "neighbours have the same tables",
              (data, limits) ->
                  new Sketch(Objects.requireNonNullElse(data.neighbour, data), limits),
              "neighboursDoNotSeeEachOther"),
          Flaw.of(
              "nested reads are refused, though the store says they are not",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    @Nullable Document find(String docId) {
                      refuseWithinAWrite();
                      return super.find(docId);
                    }
                  },
              "recordsOfARunningWriteReadTheStoreAsTheTraitSays"),
          Flaw.of(
                  "nested reads are possible, though the store says they are not",
                  Sketch::new,
                  "recordsOfARunningWriteReadTheStoreAsTheTraitSays")
              .without(Trait.NESTED_READS),
          Flaw.of(
              "a refusal is told to whoever writes next",
              SharingFlaws::mixingUpRefusals,
              "refusedWritesHarmNoneThatRunBesideThem"),
          Flaw.of(
              "a store cannot be opened while another is",
              SharingFlaws::exclusivelyOpened,
              "storesMayBeOpenedAtOnce"),
          Flaw.of(
              "a step that fails has been done all the same",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void publish(String docId, Document next) {
                      data.documents.put(docId, next);
                      data.step();
                    }

                    @Override
                    void remove(String docId, @Nullable Head expected) {
                      exclusively(() -> {
                        requireHead(docId, expected);
                        Document removed = data.documents.remove(docId);
                        data.step();
                        return removed;
                      });
                    }
                  },
              "appendOfAnEntryThatFailsChangesNothing",
              "appendOfMetadataThatFailsChangesNothing",
              "appendOfSeveralRecordsThatFailsChangesNothing",
              "appendWithAHeadThatFailsChangesNothing",
              "replaceThatFailsChangesNothing",
              "deleteThatFailsChangesNothing",
              "failureBesideOtherWritersIsToldToThoseWhoseRecordsAreLost"),
          Flaw.of(
              "a store does not recover from a failure",
              (data, limits) ->
                  new Sketch(data, limits) {
                    private @Nullable StorageException failure;

                    @Override
                    void publish(String docId, Document next) {
                      if (failure != null) {
                        throw failure;
                      }
                      try {
                        super.publish(docId, next);
                      } catch (StorageException e) {
                        failure = e;
                        throw e;
                      }
                    }
                  },
              "appendOfAnEntryThatFailsChangesNothing"));

  private SharingFlaws() {}

  private static Sketch exclusivelyOpened(Data data, Limits limits) {
    if (!data.lock.tryLock()) {
      throw new StorageBusyException("the database is locked", null);
    }
    try {
      pause();
      return new Sketch(data, limits);
    } finally {
      data.lock.unlock();
    }
  }

  private static Sketch mixingUpRefusals(Data data, Limits limits) {
    AtomicReference<@Nullable RecordRejectedException> refusal = new AtomicReference<>();
    return new Sketch(data, limits) {
      @Override
      @Nullable StoreMeta check(
          String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
        RecordRejectedException another = refusal.getAndSet(null);
        if (another != null) {
          throw another;
        }
        try {
          return super.check(docId, meta, record, append);
        } catch (RecordRejectedException e) {
          refusal.set(e);
          throw e;
        }
      }
    };
  }

  private static Sketch remembering(Data data, Limits limits) {
    return new Sketch(data, limits) {
      private final Map<String, Document> own = new ConcurrentHashMap<>();

      @Override
      Head write(
          String docId,
          Iterable<? extends StoreRecord> records,
          @Nullable Head expected,
          boolean append) {
        Document mine = own.get(docId);
        if (mine != null && append) {
          locked(() -> data.documents.put(docId, mine));
        }
        return super.write(docId, records, expected, append);
      }

      @Override
      void publish(String docId, Document next) {
        super.publish(docId, next);
        own.put(docId, next);
      }

      @Override
      void remove(String docId, @Nullable Head expected) {
        own.remove(docId);
        super.remove(docId, expected);
      }

      @Override
      @Nullable Document find(String docId) {
        Document found = super.find(docId);
        return found == null ? null : own.getOrDefault(docId, found);
      }
    };
  }

  private static Head unguarded(
      Writing store,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    Data copy = new Data();
    store.locked(() -> {
      copy.documents.putAll(store.data.documents);
      return copy;
    });
    Head head = new Sketch(copy, store.limits).write(docId, records, expected, append);
    pause();
    Document next = copy.documents.get(docId);
    return store.locked(() -> {
      if (next != null) {
        store.publish(docId, next);
      }
      return head;
    });
  }

  private static Head orphaning(
      Writing store,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    Document before = store.find(docId);
    List<StoreRecord> all = new ArrayList<>();
    records.forEach(all::add);
    pause();
    pause();
    boolean onlyEntries = all.stream().allMatch(record -> record instanceof StoreRecord.Entry);
    if (before != null && append && onlyEntries) {
      boolean done =
          store.locked(() -> {
            if (store.data.documents.containsKey(docId)) {
              return false;
            }
            store.publish(docId, new Document(all, before.meta(), before.head()));
            return true;
          });
      if (done) {
        return before.head();
      }
    }
    return store.sound(docId, all, expected, append);
  }
}
