package org.kyneta.relay;

import java.util.function.LongSupplier;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Present;

/**
 * What one connection has lately cost, by an estimate of processor time: a leaky bucket. Whose
 * overflows is greedy until it is empty. A connection that is greedy while nobody else wants
 * anything does not lose by it; where there is not enough for all, it comes after the others.
 * Thread-safe.
 */
final class Toll {

  /** How much of a processor's time a connection may use for long without being greedy. */
  private static final double SHARE = 0.05;

  private static final long BUCKET_NANOS = 5_000_000;
  private static final long MESSAGE_NANOS = 10_000;
  private static final long BYTE_NANOS = 20;
  private static final long DOCUMENT_NANOS = 60_000;
  private static final long INTEREST_NANOS = 60_000;

  private final LongSupplier clock;
  private double level;
  private long levelAt;
  private boolean greedy;

  /**
   * Makes a toll.
   *
   * @param clock tells the time in nanoseconds since whenever
   */
  Toll(LongSupplier clock) {
    this.clock = clock;
    this.levelAt = clock.getAsLong();
  }

  /** Counts a WebSocket message of so many bytes that came or goes. */
  void countBytes(long bytes) {
    count(MESSAGE_NANOS + bytes * BYTE_NANOS);
  }

  /** Counts what a message asks for. */
  void count(Message message) {
    switch (message) {
      case Present(var documents) -> count(documents.size() * DOCUMENT_NANOS);
      case Interest interest -> count(INTEREST_NANOS);
      default -> {}
    }
  }

  private synchronized void count(long nanos) {
    leak();
    level += nanos;
    greedy |= level > BUCKET_NANOS;
  }

  /** Returns whether the connection has used more than its share. */
  synchronized boolean isGreedy() {
    if (greedy) {
      leak();
      greedy = level > 0;
    }
    return greedy;
  }

  private void leak() {
    long time = clock.getAsLong();
    level = Math.max(0, level - (time - levelAt) * SHARE);
    levelAt = time;
  }
}
