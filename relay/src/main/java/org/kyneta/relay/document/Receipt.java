package org.kyneta.relay.document;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the pieces of work that one received message has made, so that whoever sent it is let send
 * more only when they are done. Made with one piece, which is the reading of the message itself.
 */
public final class Receipt {

  private final AtomicInteger pieces = new AtomicInteger(1);
  private final Runnable whenDone;

  /**
   * Makes a receipt.
   *
   * @param whenDone run once, by the thread that finishes the last piece
   */
  public Receipt(Runnable whenDone) {
    this.whenDone = whenDone;
  }

  /** Adds a piece. */
  void begin() {
    pieces.incrementAndGet();
  }

  /** Finishes a piece. */
  public void finish() {
    if (pieces.decrementAndGet() == 0) {
      whenDone.run();
    }
  }
}
