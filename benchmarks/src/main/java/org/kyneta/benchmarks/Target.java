package org.kyneta.benchmarks;

/**
 * How good this store is to be in a figure.
 *
 * @param peer beside whom
 * @param ratio how many times as good as that peer, at least
 * @param level whether it is asked for, or goes beyond that
 */
record Target(String peer, double ratio, Level level) {

  /** How much depends on it. */
  enum Level {
    ASKED,
    BEYOND
  }

  static Target of(String peer, double ratio) {
    return new Target(peer, ratio, Level.ASKED);
  }

  static Target beyond(String peer, double ratio) {
    return new Target(peer, ratio, Level.BEYOND);
  }

  boolean isMetBy(double actual) {
    return actual >= ratio;
  }
}
