package org.kyneta.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells whether something may still happen on a connection, or it is to be given up. Thread-safe.
 */
final class Liveness {

  private static final Duration SILENCE_BEFORE_PING = Duration.ofSeconds(60);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(150);
  private static final Duration LONGEST_STUCK = Duration.ofSeconds(30);

  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile long closingSince;
  private volatile long lastHeard = System.nanoTime();

  /** What is to be done about a connection. */
  enum Verdict {
    /** Nothing. */
    ALIVE,
    /** The peer is to be asked for a sign of life. */
    SILENT,
    /** It is to be ended: nobody is there any more. */
    DEAD
  }

  /** Notes that the peer has given a sign of life. */
  void heard() {
    lastHeard = System.nanoTime();
  }

  /** Notes that the connection is being closed; returns whether it was not yet. */
  boolean startClosing() {
    boolean first = closing.compareAndSet(false, true);
    if (first) {
      closingSince = System.nanoTime();
    }
    return first;
  }

  boolean isClosing() {
    return closing.get();
  }

  /**
   * Returns what is to be done.
   *
   * @param graceAfterClose for how long a connection that is being closed may still be there
   * @param stuckNanos for how long the network has taken nothing of what it was given
   * @param isListening whether it would be heard if the peer gave a sign of life
   */
  Verdict judge(Duration graceAfterClose, long stuckNanos, boolean isListening) {
    long time = System.nanoTime();
    boolean overdue = closing.get() && time - closingSince > graceAfterClose.toNanos();
    long silence = isListening ? time - lastHeard : 0;
    if (overdue || stuckNanos > LONGEST_STUCK.toNanos() || silence > LONGEST_SILENCE.toNanos()) {
      return Verdict.DEAD;
    }
    return silence > SILENCE_BEFORE_PING.toNanos() ? Verdict.SILENT : Verdict.ALIVE;
  }
}
