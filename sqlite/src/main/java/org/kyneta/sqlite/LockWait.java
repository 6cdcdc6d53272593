package org.kyneta.sqlite;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the lock of another connection by looking often.
 *
 * <p>SQLite has no queue for its locks, and its own handler soon looks every 100 milliseconds only.
 * A writer that goes from one transaction straight to the next leaves the lock free for a small
 * part of a millisecond in between: who looks that rarely may miss it until the patience is over.
 */
final class LockWait {

  private static final long SHORTEST_NANOS = 100_000;
  private static final long LONGEST_NANOS = 1_500_000;

  private final long patienceNanos;
  private final long since = System.nanoTime();

  /** Begins to wait. */
  LockWait(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  /** Rests before the next look; returns false without a rest if the patience is over. */
  boolean rest() {
    if (System.nanoTime() - since >= patienceNanos) {
      return false;
    }
    // A thread that was interrupted would not rest; it is told afterwards.
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(SHORTEST_NANOS, LONGEST_NANOS));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
