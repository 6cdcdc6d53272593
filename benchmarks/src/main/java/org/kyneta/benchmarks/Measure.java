package org.kyneta.benchmarks;

/** What is read off a round. */
enum Measure {
  /** Operations a second: the more the better. */
  RATE,
  /** The median length of an operation, in microseconds: the less the better. */
  P50,
  /** What 99 of 100 operations do not exceed, in microseconds: the less the better. */
  P99,
  /** Bytes of heap that an operation allocates: the less the better. */
  ALLOCATED;

  /** Returns what a round says, not a number if the peer does not measure it. */
  double of(Outcome outcome) {
    return switch (this) {
      case RATE -> outcome.perSecond();
      case P50 -> outcome.p50();
      case P99 -> outcome.p99();
      case ALLOCATED -> outcome.allocated();
    };
  }

  /** Returns how many times as good a value is as another one. */
  double ratio(double value, double other) {
    return this == RATE ? value / other : other / value;
  }
}
