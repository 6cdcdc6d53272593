package org.kyneta.sqlite;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreException;

/**
 * One record's append, as work that can share a transaction with others, and its outcome.
 *
 * <p>What the record itself is refused for fails this append alone: that is found before anything
 * is changed. It is written by the thread that leads and read by the one that waits for it.
 */
final class Append {

  private final String docId;
  private final Consumer<SqliteAdapter> body;
  private @Nullable Throwable failure;

  /**
   * Makes work.
   *
   * @param docId the document
   * @param body checks the record and then writes it; it throws a {@link StoreException} of the
   *     contract before it has changed anything
   */
  Append(String docId, Consumer<SqliteAdapter> body) {
    this.docId = docId;
    this.body = body;
  }

  String docId() {
    return docId;
  }

  /** Does the work within a transaction; what SQLite throws is the whole transaction's affair. */
  void run(SqliteAdapter adapter) {
    try {
      body.accept(adapter);
    } catch (SqliteException e) {
      throw e;
    } catch (StoreException e) {
      failure = e;
    }
  }

  /** Takes note that the transaction failed, unless this had failed before. */
  void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Throws what this failed for, if it did. */
  void throwIfFailed() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new AssertionError("appends throw unchecked exceptions only", t);
    }
  }
}
