package org.kyneta.faults.sqlite;

import java.util.SplittableRandom;

/**
 * When a process is struck.
 *
 * @param operations after how many operations that it has reported as done; 0 for after a time
 * @param millis after how long then, while it starts, opens the store, or begins to write
 */
record Moment(int operations, int millis) {

  private static final int MOST_OPERATIONS = 400;
  private static final int MOST_MILLIS = 600;

  /** Draws a moment: mostly early ones, and some before there is any operation. */
  static Moment draw(SplittableRandom random) {
    double square = Math.pow(random.nextDouble(), 2);
    return random.nextInt(8) == 0
        ? new Moment(0, random.nextInt(MOST_MILLIS))
        : new Moment(1 + (int) (MOST_OPERATIONS * square), 0);
  }
}
