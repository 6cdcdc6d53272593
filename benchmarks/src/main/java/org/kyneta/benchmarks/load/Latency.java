package org.kyneta.benchmarks.load;

import java.util.Arrays;

/** How long things took, each kept to the nanosecond. Not thread-safe. */
final class Latency {

  private long[] nanos = new long[1 << 12];
  private int count;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
  }

  int count() {
    return count;
  }

  /**
   * Returns the length that a share of all did not exceed, in milliseconds, by nearest rank; NaN if
   * there are none.
   *
   * @param share more than 0, at most 1
   */
  double millis(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    Arrays.sort(nanos, 0, count);
    return nanos[(int) Math.ceil(share * count) - 1] / 1e6;
  }
}
