package org.kyneta.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the streams of documents that were written to lately end: what an append would otherwise
 * have to look up, and need not trust.
 *
 * <p>Whoever puts another stream in a document's place, or another metadata, writes the document's
 * row of the metadata index again, which gives the row another {@code xmin}. Whoever appends takes
 * the next sequence number, which then is in the records' primary key, or one behind it, as the
 * JavaScript store may. Where a standby has taken over that does not have all of the stream, the
 * last record is not there. So a row that is inserted with the next number, where the last record
 * is still the last, and under the lock of a row of the index that has the {@code xmin} of before,
 * either follows the last one or fails. Safe for use by several threads.
 */
final class Tails {

  /** Beyond as many documents everything is forgotten and learnt anew. */
  private static final int MOST_DOCUMENTS = 65_536;

  /** For how long a document that another process writes to is looked up each time. */
  private static final long SHARED_NANOS = 1_000_000_000L;

  private final Map<String, Tail> known = new ConcurrentHashMap<>();

  /**
   * The end of a stream.
   *
   * @param lastSeq the last sequence number, or -1
   * @param xmin the transaction that wrote the document's row of the metadata index
   * @param sharedSince the {@link System#nanoTime()} at which another process's write was seen, or
   *     null
   */
  record Tail(long lastSeq, String xmin, @Nullable Long sharedSince) {

    Tail(long lastSeq, String xmin) {
      this(lastSeq, xmin, null);
    }

    /** Returns whether somebody else has written to the document lately. */
    boolean isShared() {
      return sharedSince != null && System.nanoTime() - sharedSince < SHARED_NANOS;
    }

    /** Returns the end of the same stream after further records. */
    Tail to(long newLastSeq) {
      return new Tail(newLastSeq, xmin, isShared() ? sharedSince : null);
    }
  }

  /** Returns where a stream ended when this store last wrote to it; null if that is not known. */
  @Nullable Tail find(String docId) {
    return known.get(docId);
  }

  /** Takes note of where a stream ends, as a transaction has left it that is committed. */
  void note(String docId, Tail tail) {
    if (known.size() >= MOST_DOCUMENTS) {
      known.clear();
    }
    known.put(docId, tail);
  }

  /**
   * Returns the end of a stream as it was found, marked if somebody else has written to it since
   * this store last did.
   */
  Tail found(String docId, long lastSeq, String xmin) {
    Tail before = known.get(docId);
    boolean moved = before != null && (before.lastSeq != lastSeq || !before.xmin.equals(xmin));
    if (moved) {
      return new Tail(lastSeq, xmin, System.nanoTime());
    }
    return before == null ? new Tail(lastSeq, xmin) : before.to(lastSeq);
  }

  void forget(String docId) {
    known.remove(docId);
  }
}
