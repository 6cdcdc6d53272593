package org.kyneta.faults.disk;

/**
 * Calls that fail.
 *
 * @param call the first, of those that can fail so, from 1; 0 for none
 * @param lasting how many in a row, at least 1
 */
record Failure(Kind kind, int call, int lasting) {

  static final int FOREVER = Integer.MAX_VALUE;

  /** How it fails; numbers and operations are those of disk.c. */
  enum Kind {
    INPUT_OUTPUT_ERROR(1, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6),
    NO_SPACE(2, 1 << 1 | 1 << 2 | 1 << 3),
    SHORT_WRITE(3, 1 << 2),
    SYNC_ERROR(1, 1 << 3),
    /** Success is claimed of a write that is not done: no store survives it. */
    LOST_WRITE(4, 1 << 2),
    /** Success is claimed of a sync that is not done. */
    LOST_SYNC(4, 1 << 3);

    private final int number;
    private final int counting;

    Kind(int number, int counting) {
      this.number = number;
      this.counting = counting;
    }

    int number() {
      return number;
    }

    int counting() {
      return counting;
    }
  }

  /** Returns it in words. */
  @Override
  public String toString() {
    String duration = lasting == FOREVER ? "for ever" : lasting + " times";
    return "%s from call %d, %s".formatted(kind, call, duration);
  }
}
