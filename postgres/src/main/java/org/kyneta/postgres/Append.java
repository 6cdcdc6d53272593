package org.kyneta.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.sql.PendingAppend;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/**
 * An append of a few small entries to a document, which may share a transaction with others, or
 * turn out to need one of its own.
 */
final class Append extends PendingAppend {

  /** Up to how many records an append may have that shares a transaction. */
  private static final int MOST_RECORDS = 256;

  /** Up to how many characters or bytes they may have together. */
  private static final int MOST_BYTES = 256 << 10;

  private final List<StoreRecord> records;
  private boolean alone;
  private @Nullable Tail end;

  Append(String docId, List<StoreRecord> records) {
    super(docId);
    this.records = records;
  }

  /** Returns whether records may share a transaction: entries, few and small. */
  static boolean isShareable(List<? extends StoreRecord> records) {
    if (records.isEmpty() || records.size() > MOST_RECORDS) {
      return false;
    }
    long bytes = 0;
    for (StoreRecord record : records) {
      if (!(record instanceof Entry entry)) {
        return false;
      }
      bytes +=
          switch (entry.payload().data()) {
            case Text(String text) -> text.length();
            case Bytes(byte[] data) -> data.length;
          };
      bytes += entry.version().length();
    }
    return bytes <= MOST_BYTES;
  }

  List<StoreRecord> records() {
    return records;
  }

  /** Says where the stream ends once this is committed. */
  void reach(Tail newEnd) {
    end = newEnd;
  }

  /** Returns where the stream ends behind the records; null if nothing was done. */
  @Nullable Tail end() {
    return end;
  }

  /**
   * Says whether the document is new, or locked by somebody else, whom the others need not await.
   */
  void setAlone(boolean needsOwnTransaction) {
    alone = needsOwnTransaction;
  }

  /** Returns whether nothing was done, since it needs a transaction of its own. */
  boolean isAlone() {
    return alone;
  }
}
