package org.kyneta.testkit.flaws;

import static org.kyneta.testkit.flaws.WriteFlaws.pause;
import static org.kyneta.testkit.flaws.WriteFlaws.writing;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.testkit.flaws.Sketch.Document;

/** Heads that do not name a state, and writes that do not mind them. */
final class HeadFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "the head is the number of records",
              heads((store, records) -> "" + records.size()),
              "headIsNotTheSequenceNumberThatComesRoundAgain",
              "headTellsAStreamThatWasMadeAnewFromTheOldOne"),
          Flaw.of(
              "the head is the last record",
              heads((store, records) -> records.getLast().hashCode() + " " + records.size()),
              "headIsNotTheSequenceNumberThatComesRoundAgain"),
          Flaw.of(
              "the head is the set of records",
              heads((store, records) -> "" + new HashSet<>(records).hashCode()),
              "writeWithoutAHeadMovesItToo"),
          Flaw.of(
              "the head is computed over bytes without their lengths",
              heads((store, records) -> "" + joined(records).hashCode()),
              "headTellsWhereOneRecordEndsAndTheNextBegins"),
          Flaw.of(
              "each store has heads of its own",
              finding((store, document) ->
                  new Document(
                      document.records(),
                      document.meta(),
                      new Head(System.identityHashCode(store) + " " + document.head()))),
              "headIsTheSameThroughAnotherStore",
              "headIsTheSameAfterReopeningIfTheBackEndIsPersistent",
              "writeWithTheRightHeadIsDoneAndReturnsTheNext"),
          Flaw.of(
              "the head of a long stream is only asked for",
              finding((store, document) ->
                  document.records().size() <= 1_000
                      ? document
                      : new Document(document.records(), document.meta(), new Head("long"))),
              "headOfALongStreamIsFollowedThroughEveryWrite"),
          Flaw.of(
              "to ask for a head moves it",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public Head head(String docId) {
                      Document document = find(docId);
                      if (document != null) {
                        data.documents.put(
                            docId,
                            new Document(
                                document.records(), document.meta(), new Head("" + ++data.states)));
                      }
                      return super.head(docId);
                    }
                  },
              "headStaysWhenNothingIsWritten"),
          Flaw.of(
              "the head of a document that is gone is its last",
              (data, limits) ->
                  new Sketch(data, limits) {
                    private Head last = Head.ABSENT;

                    @Override
                    public Head head(String docId) {
                      Head head = super.head(docId);
                      last = head.equals(Head.ABSENT) ? last : head;
                      return last;
                    }
                  },
              "headOfAnUnknownDocumentIsAbsent",
              "headOfADocumentThatIsGoneIsAConflict"),
          Flaw.of(
              "the head before a write is returned",
              writing((store, docId, records, expected, append) -> {
                Head before = store.head(docId);
                store.sound(docId, records, expected, append);
                return before;
              }),
              "writeWithTheRightHeadIsDoneAndReturnsTheNext",
              "headOfALongStreamIsFollowedThroughEveryWrite"),
          Flaw.of(
              "an expected head is not minded",
              requiring((store, docId, expected) -> {}),
              "staleHeadIsAConflictForEveryWrite",
              "absentIsAConflictIfTheDocumentExists",
              "inventedHeadIsAConflict",
              "headOfADocumentThatIsGoneIsAConflict",
              "ofWritersThatExpectTheSameHeadOneWinsEachRound",
              "ofWritersThatCreateADocumentOneWins"),
          Flaw.of(
              "a conflict names no actual head",
              requiring((store, docId, expected) -> {
                if (!expected.equals(store.head(docId))) {
                  throw new HeadConflictException(docId, expected, Head.ABSENT);
                }
              }),
              "staleHeadIsAConflictForEveryWrite"),
          Flaw.of(
              "heads are compared as objects",
              requiring((store, docId, expected) -> {
                if (System.identityHashCode(expected)
                    != System.identityHashCode(store.head(docId))) {
                  throw new HeadConflictException(docId, expected, store.head(docId));
                }
              }),
              "headIsAsGoodAsItsText"),
          Flaw.of(
              "ABSENT expects nothing",
              requiring((store, docId, expected) -> {
                if (!expected.equals(Head.ABSENT) && !expected.equals(store.head(docId))) {
                  throw new HeadConflictException(docId, expected, store.head(docId));
                }
              }),
              "absentIsAConflictIfTheDocumentExists",
              "ofWritersThatCreateADocumentOneWins"),
          Flaw.of(
              "no document can be created with ABSENT",
              requiring((store, docId, expected) -> {
                if (expected.equals(Head.ABSENT) || !expected.equals(store.head(docId))) {
                  throw new HeadConflictException(docId, expected, store.head(docId));
                }
              }),
              "absentCreatesADocument",
              "writeWithTheRightHeadIsDoneAndReturnsTheNext"),
          Flaw.of(
              "the head is compared before the write has begun",
              writing((store, docId, records, expected, append) -> {
                if (expected != null && !expected.equals(store.head(docId))) {
                  throw new HeadConflictException(docId, expected, store.head(docId));
                }
                pause();
                return store.sound(docId, records, null, append);
              }),
              "ofWritersThatExpectTheSameHeadOneWinsEachRound",
              "ofWritersThatCreateADocumentOneWins"));

  private HeadFlaws() {}

  private static Flaw.Opener heads(BiFunction<Sketch, List<StoreRecord>, String> heads) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          Head newHead(List<StoreRecord> records) {
            return new Head(heads.apply(this, records));
          }
        };
  }

  private static Flaw.Opener finding(BiFunction<Sketch, Document, Document> change) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          @Nullable Document find(String docId) {
            Document document = super.find(docId);
            return document == null ? null : change.apply(this, document);
          }
        };
  }

  /** Takes the place of the comparison of heads. */
  private interface Requirement {
    void require(Sketch store, String docId, Head expected);
  }

  private static Flaw.Opener requiring(Requirement requirement) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          void requireHead(String docId, @Nullable Head expected) {
            if (expected != null) {
              requirement.require(this, docId, expected);
            }
          }
        };
  }

  private static String joined(List<StoreRecord> records) {
    StringBuilder all = new StringBuilder();
    for (StoreRecord record : records) {
      if (record instanceof Entry entry) {
        switch (entry.payload().data()) {
          case Text(String text) -> all.append(text);
          case Bytes(byte[] bytes) -> all.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        all.append(entry.version());
      } else {
        all.append(record);
      }
    }
    return all.append(records.size()).toString();
  }
}
