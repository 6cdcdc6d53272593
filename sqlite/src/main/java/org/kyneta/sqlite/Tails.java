package org.kyneta.sqlite;

import java.util.HashMap;
import java.util.Map;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/**
 * The last sequence numbers of documents that were appended to lately: what an append would
 * otherwise have to look up.
 *
 * <p>SQLite's {@code data_version} changes on a connection whenever another one has committed
 * (sqlite.org/pragma.html#pragma_data_version). Asked inside a transaction that has the right to
 * write, an unchanged number proves that nobody but this connection has written since; and what
 * this connection writes is noted here. A transaction that fails takes everything with it that is
 * known.
 *
 * <p>For the thread that holds the connection.
 */
class Tails {

  /** What {@link #find} returns for a document that must be looked up. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** Remembers nothing: for connections that others may use as well. */
  static final Tails NONE =
      new Tails() {
        @Override
        long find(SqliteAdapter adapter, String docId) {
          return UNKNOWN;
        }

        @Override
        void note(String docId, long lastSeq) {}
      };

  /** Beyond as many documents everything is forgotten and learnt anew. */
  private static final int MOST_DOCUMENTS = 8_192;

  private final Map<String, LastSeq> known = new HashMap<>();
  private long dataVersion;
  private boolean checked;

  private static final class LastSeq {
    long value;
  }

  /** Begins a transaction. */
  final void begin() {
    checked = false;
  }

  /**
   * Returns the last sequence number of a document that is known to have metadata, or {@link
   * #UNKNOWN}.
   *
   * @param adapter the connection, inside the transaction
   */
  long find(SqliteAdapter adapter, String docId) {
    if (!checked) {
      check(adapter);
    }
    LastSeq lastSeq = known.get(docId);
    return lastSeq == null ? UNKNOWN : lastSeq.value;
  }

  private void check(SqliteAdapter adapter) {
    try (Rows rows = adapter.iterate("PRAGMA data_version", Binding.NONE)) {
      rows.next();
      long now = rows.integer(1);
      if (now != dataVersion) {
        known.clear();
        dataVersion = now;
      }
    }
    checked = true;
  }

  /** Takes note of what a document's last sequence number is now. */
  void note(String docId, long lastSeq) {
    if (!checked) {
      forget(docId); // What is known may be of another state, and is not added to.
      return;
    }
    LastSeq noted = known.get(docId);
    if (noted == null) {
      if (known.size() >= MOST_DOCUMENTS) {
        known.clear();
      }
      noted = new LastSeq();
      known.put(docId, noted);
    }
    noted.value = lastSeq;
  }

  /** Forgets a document. */
  final void forget(String docId) {
    known.remove(docId);
  }

  /** Forgets all documents. */
  final void forgetAll() {
    known.clear();
  }
}
