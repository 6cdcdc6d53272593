package org.kyneta.testkit.flaws;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testkit.flaws.Sketch.Data;

/** Cursors that hold something back. */
final class PoolFlaws {

  static final List<Flaw> ALL =
      List.of(
          Flaw.of(
              "nothing can be written while a cursor is open",
              pooled(Integer.MAX_VALUE, Release.ALWAYS, /* blocking= */ true),
              "writesGoOnWhileManyCursorsAreOpen",
              "cursorShowsItsMomentWhateverTheSameThreadWrites",
              "cursorsTakenBetweenWritesShowEachItsOwnMoment",
              "forgottenCursorBlocksNothingAndIsReclaimed"),
          Flaw.of(
              "a cursor that is left early is never released",
              pooled(64, Release.AT_THE_END, false),
              "cursorLeftEarlyHoldsNothingBack"),
          Flaw.of(
              "a cursor that is read to its end is held until it is closed",
              pooled(64, Release.WHEN_CLOSED, false),
              "cursorReadToItsEndHoldsNothing"),
          Flaw.of(
                  "a forgotten cursor is held for good",
                  pooled(64, Release.ALWAYS, false),
                  "forgottenCursorBlocksNothingAndIsReclaimed")
              .thatHangs(),
          Flaw.of(
              "a listing that is left early blocks writes",
              PoolFlaws::blockedByListings,
              "listingMayBeLeftEarly",
              "documentsMayBeDeletedWhileTheyAreListed"),
          Flaw.of(
                  "a cursor waits for others to be closed",
                  PoolFlaws::waiting,
                  "cursorsWithinCursorsInSeveralThreadsDoNotDeadlock")
              .thatHangs());

  private PoolFlaws() {}

  private enum Release {
    AT_THE_END,
    WHEN_CLOSED,
    ALWAYS
  }

  /** Counts open cursors, refuses too many, and writes beside them if it is blocking. */
  private static Flaw.Opener pooled(int most, Release release, boolean blocking) {
    return (data, limits) ->
        new Sketch(data, limits) {
          private final AtomicInteger open = new AtomicInteger();

          @Override
          RecordCursor records(List<StoreRecord> records, long fromSeq) {
            if (open.incrementAndGet() > most) {
              open.decrementAndGet();
              throw new StorageBusyException("too many cursors", null);
            }
            return new Pooled(this, records, fromSeq, open, release);
          }

          @Override
          void publish(String docId, Document next) {
            if (blocking && open.get() > 0) {
              throw new StorageBusyException("the connection is busy", null);
            }
            super.publish(docId, next);
          }
        };
  }

  private static final class Pooled extends ListCursor.Records {

    private final AtomicInteger open;
    private final Release release;
    private boolean released;

    Pooled(
        Sketch store, List<StoreRecord> records, long from, AtomicInteger open, Release release) {
      super(store, records, from);
      this.open = open;
      this.release = release;
    }

    private void release() {
      if (!released) {
        released = true;
        open.decrementAndGet();
      }
    }

    @Override
    public boolean hasNext() {
      boolean more = super.hasNext();
      if (!more && release != Release.WHEN_CLOSED) {
        release();
      }
      return more;
    }

    @Override
    public void close() {
      super.close();
      if (release != Release.AT_THE_END) {
        release();
      }
    }
  }

  private static Sketch blockedByListings(Data data, Limits limits) {
    return new Sketch(data, limits) {
      private boolean listing;

      @Override
      Cursor<String> ids(List<String> ids) {
        listing = !ids.isEmpty();
        return new ListCursor<>(this, ids, 0) {
          @Override
          public boolean hasNext() {
            boolean more = super.hasNext();
            listing = more;
            return more;
          }
        };
      }

      @Override
      void remove(String docId, @Nullable Head expected) {
        if (listing) {
          throw new StorageBusyException("the connection is busy", null);
        }
        super.remove(docId, expected);
      }
    };
  }

  private static Sketch waiting(Data data, Limits limits) {
    return new Sketch(data, limits) {
      private final Semaphore permits = new Semaphore(8);

      @Override
      RecordCursor records(List<StoreRecord> records, long fromSeq) {
        permits.acquireUninterruptibly();
        return new ListCursor.Records(this, records, fromSeq) {
          @Override
          public void close() {
            if (!closed) {
              permits.release();
            }
            super.close();
          }
        };
      }
    };
  }
}
