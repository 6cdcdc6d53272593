package org.kyneta.sql;

import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreException;

/**
 * An append as work that can share a transaction with others, and its outcome.
 *
 * <p>What its records are refused for fails this append alone: that is found before anything is
 * changed. It is written by the thread that leads and read by the one that waits for it.
 */
public abstract class PendingAppend {

  private final String docId;
  private @Nullable Throwable failure;

  /** Makes one for a document. */
  protected PendingAppend(String docId) {
    this.docId = docId;
  }

  /** Returns the document. */
  public final String docId() {
    return docId;
  }

  /**
   * Takes note that this append, or the transaction that it is in, has failed; the first counts.
   */
  public final void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Returns whether this has failed. */
  public final boolean isFailed() {
    return failure != null;
  }

  /**
   * Throws what this failed for, if it did.
   *
   * @throws StoreException if that is what it failed for
   */
  public final void throwIfFailed() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new AssertionError("appends throw unchecked exceptions only", t);
    }
  }
}
