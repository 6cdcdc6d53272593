package org.kyneta.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * How long single operations took, in order of length.
 *
 * @param nanoseconds the lengths
 */
record Latencies(long[] nanoseconds) {

  /** Sorts what threads have taken down. */
  static Latencies of(List<long[]> parts) {
    return new Latencies(parts.stream().flatMapToLong(Arrays::stream).sorted().toArray());
  }

  /**
   * Returns the length that a share of the operations did not exceed, in microseconds, by nearest
   * rank.
   *
   * @param share more than 0, at most 1
   */
  double microseconds(double share) {
    int rank = (int) Math.ceil(share * nanoseconds.length);
    return nanoseconds[rank - 1] / 1e3;
  }
}
