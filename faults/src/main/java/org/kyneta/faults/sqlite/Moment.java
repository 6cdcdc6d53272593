package org.kyneta.faults.sqlite;

import java.util.SplittableRandom;

/**
 * When a process is struck.
 *
 * @param operations after how many operations that it has reported as done; with 0 it is while it
 *     starts, opens the store, or begins to write
 * @param millis how many milliseconds after that
 */
record Moment(int operations, int millis) {

  private static final int MOST_OPERATIONS = 400;
  private static final int MOST_MILLIS_TO_START = 600;
  private static final int MOST_MILLIS = 8;

  /** Draws a moment: mostly early ones, and some before there is any operation. */
  static Moment draw(SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      return new Moment(0, random.nextInt(MOST_MILLIS_TO_START));
    }
    double square = Math.pow(random.nextDouble(), 2);
    return new Moment(1 + (int) (MOST_OPERATIONS * square), random.nextInt(MOST_MILLIS));
  }
}
