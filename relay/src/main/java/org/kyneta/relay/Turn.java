package org.kyneta.relay;

import java.util.concurrent.Semaphore;

/**
 * Lets what greedy connections have sent be read by turns, so that they use a part of the
 * processors only. One for each connection; used by one thread at a time.
 */
final class Turn {

  private final Semaphore turns;
  private final Toll toll;
  private boolean isNeeded;
  private boolean isTaken;

  /**
   * Makes a connection's turn.
   *
   * @param turns has a permit for each greedy connection that is read at a time, and is fair
   * @param toll tells whether this connection is greedy
   */
  Turn(Semaphore turns, Toll toll) {
    this.turns = turns;
    this.toll = toll;
  }

  /** Reads something small, for which no turn is waited for. */
  void without(Runnable reading) {
    isNeeded = false;
    reading.run();
  }

  /** Reads something in its turn. */
  void with(Runnable reading) {
    isNeeded = true;
    await(reading);
  }

  /**
   * Does something that is found to be wanted while something is read: in the turn that this has
   * already, if any; or in one of its own, if one is needed and what was read has made it greedy.
   */
  void await(Runnable action) {
    if (!isNeeded || isTaken || !toll.isGreedy()) {
      action.run();
      return;
    }
    turns.acquireUninterruptibly();
    isTaken = true;
    try {
      action.run();
    } finally {
      end();
    }
  }

  /** Ends the turn early, for what may wait for the peer. */
  void end() {
    if (isTaken) {
      isTaken = false;
      turns.release();
    }
  }
}
