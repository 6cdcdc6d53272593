package org.kyneta.testkit.flaws;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;
import org.kyneta.testkit.flaws.Sketch.Data;

/** Writes that do less, more or something else than they must. */
final class WriteFlaws {

  private static final StoreMeta ANY =
      StoreMeta.of(new ReplicaType("any", 1, 0), SyncMode.COLLABORATIVE, "any");

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "records are appended one by one",
              writing((store, docId, records, expected, append) ->
                  append
                      ? oneByOne(store, docId, records, expected)
                      : store.sound(docId, records, expected, append)),
              "appendAllWritesNothingWhenARecordInTheMiddleIsRejected",
              "appendAllWritesNothingWhenManyRecordsPrecedeTheRejectedOne",
              "appendAllWritesNothingAndPassesOnWhatTheIterationThrows",
              "appendAllRefusesANullAmongTheRecords",
              "readInTheMiddleOfAnAppendSeesAllOfItOrNothing",
              "readInTheMiddleOfACreationSeesTheWholeDocumentOrNone"),
          Flaw.of(
              "records are committed a thousand at a time",
              writing(WriteFlaws::inBatches),
              "appendAllWritesNothingWhenManyRecordsPrecedeTheRejectedOne"),
          Flaw.of(
              "a replacement deletes first and appends then",
              writing((store, docId, records, expected, append) -> {
                if (!append) {
                  store.remove(docId, expected);
                  pause();
                }
                return store.sound(docId, records, append ? expected : null, append);
              }),
              "replaceChangesNothingWhenARecordInTheMiddleIsRejected",
              "replaceChangesNothingAndPassesOnWhatTheIterationThrows",
              "replaceRefusesANullAmongTheRecords",
              "loadsDuringReplacementsSeeOneStreamWhole",
              "listingDuringWritesIsOrderedAndHasWhatWasThereAllTheTime"),
          Flaw.of(
              "a replacement can be seen growing",
              writing((store, docId, records, expected, append) -> {
                if (append) {
                  return store.sound(docId, records, expected, true);
                }
                store.remove(docId, expected);
                return oneByOne(store, docId, records, null);
              }),
              "readInTheMiddleOfAReplacementSeesTheOldStreamOrTheNew"),
          Flaw.of(
              "a replacement of what does not exist is refused",
              writing((store, docId, records, expected, append) -> {
                if (!append && store.find(docId) == null) {
                  throw new StorageException("there is no such document", null);
                }
                return store.sound(docId, records, expected, append);
              }),
              "replaceOfADocumentThatDoesNotExistCreatesIt",
              "absentCreatesADocument"),
          Flaw.of(
              "a replacement appends",
              writing((store, docId, records, expected, append) ->
                  store.sound(docId, records, expected, true)),
              "replaceSwapsTheStream",
              "replaceLeavesNothingOfALongerStream",
              "appendAfterReplaceKeepsOrder",
              "replaceRestartsTheSequence",
              "replaceWithoutMetadataIsRefused"),
          Flaw.of(
              "a replacement leaves the end of a longer stream",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void publish(String docId, Document next) {
                      Document before = data.documents.get(docId);
                      List<StoreRecord> all = new ArrayList<>(next.records());
                      if (before != null && before.records().size() > all.size()) {
                        all.addAll(before.records().subList(all.size(), before.records().size()));
                      }
                      super.publish(docId, new Document(all, next.meta(), next.head()));
                    }
                  },
              "replaceSwapsTheStream",
              "replaceLeavesNothingOfALongerStream"),
          Flaw.of(
              "a replacement without metadata takes the current",
              writing((store, docId, records, expected, append) -> {
                List<StoreRecord> all = listOf(records);
                if (!append && all.stream().noneMatch(r -> r instanceof StoreRecord.Meta)) {
                  all.addFirst(StoreRecord.meta(store.currentMeta(docId).orElse(ANY)));
                }
                return store.sound(docId, all, expected, append);
              }),
              "replaceWithoutMetadataIsRefused",
              "replaceByNothingIsRefused"),
          Flaw.of(
              "records are counted and then iterated again",
              writing((store, docId, records, expected, append) -> {
                listOf(records);
                return store.sound(docId, records, expected, append);
              }),
              "appendAllIteratesOnce",
              "replaceIteratesOnce",
              "appendAllMayReadFromACursorThatWasOpenedBefore",
              "replaceMayReadFromACursorOverTheStreamThatItReplaces"),
          Flaw.of(
              "all records are collected before the first is checked",
              writing((store, docId, records, expected, append) ->
                  store.sound(docId, listOf(records), expected, append)),
              "appendAllChecksRecordsAsTheyCome",
              "replaceChecksRecordsAsTheyCome"),
          Flaw.of(
              "what the iteration throws is wrapped",
              writing((store, docId, records, expected, append) -> {
                try {
                  return store.sound(docId, records, expected, append);
                } catch (RuntimeException | LinkageError e) {
                  if (e instanceof IllegalCallerException || e instanceof LinkageError) {
                    throw new StorageException("the records failed", e);
                  }
                  throw e;
                }
              }),
              "appendAllWritesNothingAndPassesOnWhatTheIterationThrows",
              "replaceChangesNothingAndPassesOnWhatTheIterationThrows"),
          Flaw.of(
              "nulls among the records are passed over",
              writing((store, docId, records, expected, append) ->
                  store.sound(docId, withoutNulls(records), expected, append)),
              "appendAllRefusesANullAmongTheRecords",
              "replaceRefusesANullAmongTheRecords"),
          Flaw.of(
              "null arguments are passed over",
              WriteFlaws::passingOverNulls,
              "nullArgumentsAreRefused",
              "nullHeadsAreRefused"),
          Flaw.of(
              "to append nothing makes a document",
              writing((store, docId, records, expected, append) -> {
                boolean nothing = append && records instanceof List<?> list && list.isEmpty();
                return store.sound(
                    docId,
                    nothing && store.find(docId) == null ? List.of(StoreRecord.meta(ANY)) : records,
                    expected,
                    append);
              }),
              "appendAllOfNothingWritesNothing",
              "absentCreatesADocument"),
          Flaw.of(
              "records are appended in the other direction",
              writing((store, docId, records, expected, append) -> {
                List<StoreRecord> all = listOf(records);
                Collections.reverse(all);
                return store.sound(
                    docId, store.find(docId) == null ? records : all, expected, append);
              }),
              "appendAllAddsAllRecordsInOrder"),
          Flaw.of(
              "only 4,096 records are taken",
              writing((store, docId, records, expected, append) -> {
                List<StoreRecord> all = listOf(records);
                return store.sound(
                    docId, all.subList(0, Math.min(all.size(), 4_096)), expected, append);
              }),
              "appendAllOfManyRecordsAddsThemAll"),
          Flaw.of(
              "an entry that is there already is not added again",
              writing((store, docId, records, expected, append) -> {
                List<StoreRecord> all = new ArrayList<>();
                records.forEach(record -> {
                  if (all.isEmpty() || !all.getLast().equals(record)) {
                    all.add(record);
                  }
                });
                return store.sound(docId, all, expected, append);
              }),
              "sameEntriesAreKeptAsOftenAsTheyWereWritten"),
          Flaw.of(
              "delete leaves metadata",
              WriteFlaws::leavingMetadata,
              "deleteRemovesStreamMetadataAndListing",
              "deletedDocumentBeginsAnewWithWhateverMetadata"),
          Flaw.of(
              "delete of what does not exist is refused",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    void remove(String docId, @Nullable Head expected) {
                      if (find(docId) == null) {
                        throw new StorageException("there is no such document", null);
                      }
                      super.remove(docId, expected);
                    }
                  },
              "deleteOfAnUnknownDocumentDoesNothing"),
          Flaw.of(
              "the metadata index lags behind by one write",
              WriteFlaws::laggingBehind,
              "appendedMetadataShowsAsCurrentAndInTheListing",
              "metadataAndListingShowTheRecordThatIsAppended"),
          Flaw.of(
              "an unknown document is made up",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    @Nullable Document find(String docId) {
                      Document found = super.find(docId);
                      return found != null
                          ? found
                          : new Document(List.of(StoreRecord.meta(ANY)), ANY, Head.ABSENT);
                    }
                  },
              "unknownDocumentHasNoMetadata",
              "loadOfAnUnknownDocumentIsEmpty"));

  private WriteFlaws() {}

  /** Takes the place of a write. */
  interface Write {
    Head write(
        Writing store,
        String docId,
        Iterable<? extends StoreRecord> records,
        @Nullable Head expected,
        boolean append);
  }

  static Flaw.Opener writing(Write write) {
    return (data, limits) -> new Writing(data, limits, write);
  }

  static final class Writing extends Sketch {

    private final Write write;

    Writing(Data data, Limits limits, Write write) {
      super(data, limits);
      this.write = write;
    }

    @Override
    Head write(
        String docId,
        Iterable<? extends StoreRecord> records,
        @Nullable Head expected,
        boolean append) {
      return write.write(this, docId, records, expected, append);
    }

    Head sound(
        String docId,
        Iterable<? extends StoreRecord> records,
        @Nullable Head expected,
        boolean append) {
      return super.write(docId, records, expected, append);
    }
  }

  static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<StoreRecord> listOf(Iterable<? extends StoreRecord> records) {
    List<StoreRecord> all = new ArrayList<>();
    records.forEach(all::add);
    return all;
  }

  private static List<StoreRecord> withoutNulls(Iterable<? extends StoreRecord> records) {
    List<StoreRecord> all = new ArrayList<>();
    for (StoreRecord record : records) {
      if (record != null) {
        all.add(record);
      }
    }
    return all;
  }

  private static Head oneByOne(
      Writing store,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected) {
    Head head = store.sound(docId, List.of(), expected, true);
    for (StoreRecord record : records) {
      head = store.sound(docId, Collections.singletonList(record), null, true);
    }
    return head;
  }

  private static Head inBatches(
      Writing store,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    Head head = expected;
    boolean appending = append;
    List<StoreRecord> batch = new ArrayList<>();
    for (StoreRecord record : records) {
      batch.add(record);
      if (batch.size() == 1_000) {
        head = store.sound(docId, batch, head, appending);
        appending = true;
        batch.clear();
      }
    }
    return store.sound(docId, batch, head, appending);
  }

  private static Sketch passingOverNulls(Data data, Limits limits) {
    return new Sketch(data, limits) {
      @Override
      public void append(String docId, StoreRecord record) {
        if (docId != null && record != null) {
          super.append(docId, record);
        }
      }

      @Override
      public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
        return write(docId, records, expected, true);
      }
    };
  }

  private static Sketch leavingMetadata(Data data, Limits limits) {
    return new Sketch(data, limits) {
      private final Map<String, StoreMeta> index = new ConcurrentHashMap<>();

      @Override
      void publish(String docId, Document next) {
        super.publish(docId, next);
        index.put(docId, next.meta());
      }

      @Override
      @Nullable StoreMeta check(
          String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
        return super.check(docId, meta == null ? index.get(docId) : meta, record, append);
      }

      @Override
      public Optional<StoreMeta> currentMeta(String docId) {
        return Optional.ofNullable(index.get(docId));
      }
    };
  }

  private static Sketch laggingBehind(Data data, Limits limits) {
    return new Sketch(data, limits) {
      private @Nullable StoreMeta last;

      @Override
      void publish(String docId, Document next) {
        Document before = data.documents.get(docId);
        last = before == null ? null : before.meta();
        super.publish(docId, next);
      }

      @Override
      public Optional<StoreMeta> currentMeta(String docId) {
        return Optional.ofNullable(last);
      }
    };
  }
}
