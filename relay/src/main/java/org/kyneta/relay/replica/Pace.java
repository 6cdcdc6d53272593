package org.kyneta.relay.replica;

/**
 * Lets others have the processor during long work. A virtual thread is not interrupted of itself,
 * and a few that work on and on would keep everything else from being done.
 */
final class Pace {

  /** So many steps are quickly done, unless each is large. */
  private static final long STEPS = 1 << 14;

  private long steps;

  /** Does a step of a size, of which one is a few nanoseconds. */
  @SuppressWarnings("ThreadPriorityCheck")
  void step(long size) {
    steps += size;
    if (steps >= STEPS) {
      steps = 0;
      Thread.yield();
    }
  }
}
