package org.kyneta.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.PendingAppend;
import org.kyneta.store.Position;
import org.kyneta.store.StoreRecord;

/**
 * An append of a few small entries to a stream that must end where its caller expects, which may
 * share a transaction with others, or turn out to need one of its own.
 */
final class ExpectedAppend extends PendingAppend {

  private final List<StoreRecord> records;
  private final Position expected;
  private @Nullable Position reached;

  ExpectedAppend(String docId, List<StoreRecord> records, Position expected) {
    super(docId);
    this.records = records;
    this.expected = expected;
  }

  List<StoreRecord> records() {
    return records;
  }

  Position expected() {
    return expected;
  }

  /** Says that the records are committed, and where the stream ends now. */
  void reach(Position end) {
    reached = end;
  }

  /**
   * Returns where the stream ends now, or null if nothing was done: it ended elsewhere, or somebody
   * had it locked, whom the others need not await.
   */
  @Nullable Position reached() {
    return reached;
  }
}
