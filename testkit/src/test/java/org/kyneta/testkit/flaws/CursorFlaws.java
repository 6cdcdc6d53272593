package org.kyneta.testkit.flaws;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.flaws.Sketch.Data;
import org.kyneta.testkit.flaws.Sketch.Document;

/** Cursors that show something else than they must, or end otherwise. */
final class CursorFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "the sequence number asked for is not minded",
              loading((store, docId, from) -> store.sound(docId, 0)),
              "loadBeginsAtTheSequenceNumberAskedFor",
              "loadMayBeginFarBeyondTheEnd"),
          Flaw.of(
              "a last batch that is full loses its last record",
              loading((store, docId, from) -> {
                Document document = store.find(docId);
                List<StoreRecord> all = document == null ? List.of() : document.records();
                long rest = all.size() - from;
                boolean full = rest > 0 && rest % 64 == 0;
                return store.records(full ? all.subList(0, all.size() - 1) : all, from);
              }),
              "loadIsWholeFromEverywhere"),
          Flaw.of(
              "sequence numbers have 32 bits",
              loading((store, docId, from) -> store.sound(docId, Math.abs((int) from))),
              "loadMayBeginFarBeyondTheEnd"),
          Flaw.of(
              "a negative sequence number counts as 0",
              loading((store, docId, from) -> store.sound(docId, Math.max(0, from))),
              "loadFromANegativeNumberIsRefused"),
          Flaw.of(
              "sequence numbers are counted from where the load began",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public long seq() {
                      return super.seq() - Math.min(from, records.size());
                    }
                  }),
              "loadBeginsAtTheSequenceNumberAskedFor",
              "replaceRestartsTheSequence"),
          Flaw.of(
              "hasNext moves the cursor's sequence number",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public boolean hasNext() {
                      boolean more = super.hasNext();
                      seq = more ? next : seq;
                      return more;
                    }
                  }),
              "seqIsThatOfTheRecordReturnedLast"),
          Flaw.of(
              "hasNext moves the cursor when it is asked twice",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    private int asked;

                    @Override
                    public boolean hasNext() {
                      if (++asked > 1 && super.hasNext()) {
                        next++;
                      }
                      return super.hasNext();
                    }

                    @Override
                    public StoreRecord next() {
                      asked = -1;
                      StoreRecord record = super.next();
                      asked = 0;
                      return record;
                    }
                  }),
              "nextNeedsNoHasNextAndHasNextMovesNothing"),
          Flaw.of(
              "a cursor at its end begins anew",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public boolean hasNext() {
                      boolean more = super.hasNext();
                      if (!more) {
                        next = 0;
                      }
                      return more;
                    }
                  }),
              "cursorAtItsEndStaysThere"),
          Flaw.of(
              "a cursor at its end is the wrong exception",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public StoreRecord next() {
                      try {
                        return super.next();
                      } catch (NoSuchElementException e) {
                        throw new IllegalStateException(e);
                      }
                    }
                  }),
              "cursorAtItsEndStaysThere"),
          Flaw.of(
              "a cursor reads what is there when it gets there",
              loading(LiveCursor::new),
              "cursorShowsItsMomentWhateverTheSameThreadWrites",
              "cursorShowsItsMomentWhateverAnotherThreadWrites",
              "cursorShowsItsMomentWhateverAnotherStoreWrites",
              "cursorsTakenBetweenWritesShowEachItsOwnMoment",
              "recordsMayBeAppendedWhileTheyAreRead",
              "writesGoOnWhileManyCursorsAreOpen"),
          Flaw.of(
              "a listing reads what is there when it gets there",
              (data, limits) ->
                  new Sketch(data, limits) {
                    @Override
                    public Cursor<String> listDocIds(String prefix) {
                      super.listDocIds(prefix);
                      return new LiveListing(this, prefix);
                    }
                  },
              "listingShowsItsMomentWhateverIsWritten"),
          Flaw.of(
              "a store reads what it has read before",
              (data, limits) ->
                  new Sketch(data, limits) {
                    private final Map<String, Document> seen = new ConcurrentHashMap<>();

                    @Override
                    void publish(String docId, Document next) {
                      super.publish(docId, next);
                      seen.put(docId, next);
                    }

                    @Override
                    @Nullable Document find(String docId) {
                      Document found = super.find(docId);
                      return found == null ? null : seen.computeIfAbsent(docId, id -> found);
                    }
                  },
              "twoStoresTakeTurnsOnOneDocument"),
          Flaw.of(
              "to close a cursor twice is an error",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public void close() {
                      requireUsable();
                      super.close();
                    }
                  }),
              "closingACursorTwiceDoesNothing"),
          Flaw.of(
              "a closed cursor goes on",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public void close() {}
                  }),
              "closedCursorSaysSo",
              "streamViewHasTheRemainingElementsAndClosesTheCursor"),
          Flaw.of(
              "the stream view leaves the cursor open",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    public Stream<StoreRecord> stream() {
                      return super.stream().onClose(() -> closed = false);
                    }
                  }),
              "streamViewHasTheRemainingElementsAndClosesTheCursor"),
          Flaw.of(
              "a cursor belongs to its thread",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    private final Thread owner = Thread.currentThread();

                    @Override
                    void requireUsable() {
                      super.requireUsable();
                      if (!Thread.currentThread().equals(owner)) {
                        throw new StorageException("another thread's cursor", null);
                      }
                    }
                  }),
              "cursorMayBeHandedToAnotherThread"),
          Flaw.of(
              "a cursor cannot be used within a write",
              cursors((store, records, from) ->
                  new ListCursor.Records(store, records, from) {
                    @Override
                    void requireUsable() {
                      super.requireUsable();
                      store.refuseWithinAWrite();
                    }
                  }),
              "appendAllMayReadFromACursorThatWasOpenedBefore",
              "replaceMayReadFromACursorOverTheStreamThatItReplaces",
              "recordsOfARunningWriteReadTheStoreAsTheTraitSays"));

  private CursorFlaws() {}

  /** Takes the place of loading. */
  private interface Loading {
    RecordCursor load(Loader store, String docId, long from);
  }

  private static final class Loader extends Sketch {
    private final Loading loading;

    Loader(Data data, Limits limits, Loading loading) {
      super(data, limits);
      this.loading = loading;
    }

    @Override
    public RecordCursor loadAll(String docId, long fromSeq) {
      return loading.load(this, docId, fromSeq);
    }

    RecordCursor sound(String docId, long fromSeq) {
      return super.loadAll(docId, fromSeq);
    }
  }

  private static Flaw.Opener loading(Loading loading) {
    return (data, limits) -> new Loader(data, limits, loading);
  }

  /** Takes the place of a cursor over records. */
  private interface Cursors {
    RecordCursor cursor(Sketch store, List<StoreRecord> records, long from);
  }

  private static Flaw.Opener cursors(Cursors cursors) {
    return (data, limits) ->
        new Sketch(data, limits) {
          @Override
          RecordCursor records(List<StoreRecord> records, long fromSeq) {
            return cursors.cursor(this, records, fromSeq);
          }
        };
  }

  private static final class LiveCursor extends ListCursor.Records {

    private final String docId;

    LiveCursor(Loader store, String docId, long from) {
      super(store, List.of(), 0);
      this.docId = docId;
      this.next = (int) Math.min(from, Integer.MAX_VALUE);
      store.checkRead(docId);
      store.requireOpen();
    }

    private List<StoreRecord> live() {
      Document document = store.find(docId);
      return document == null ? List.of() : document.records();
    }

    @Override
    public boolean hasNext() {
      requireUsable();
      return next < live().size();
    }

    @Override
    public StoreRecord next() {
      List<StoreRecord> live = live();
      if (next >= live.size()) {
        throw new NoSuchElementException();
      }
      seq = next;
      return store.given(live.get(next++));
    }
  }

  private static final class LiveListing extends ListCursor<String> {

    private final String prefix;
    private @Nullable String last;

    LiveListing(Sketch store, String prefix) {
      super(store, List.of(), 0);
      this.prefix = prefix;
    }

    private @Nullable String following() {
      return store.matching(prefix).stream()
          .filter(id -> last == null || DocIds.ORDER.compare(id, last) > 0)
          .findFirst()
          .orElse(null);
    }

    @Override
    public boolean hasNext() {
      requireUsable();
      return following() != null;
    }

    @Override
    public String next() {
      String next = following();
      if (next == null) {
        throw new NoSuchElementException();
      }
      last = next;
      return next;
    }
  }
}
