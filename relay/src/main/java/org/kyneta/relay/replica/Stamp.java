package org.kyneta.relay.replica;

import java.util.regex.Pattern;

/**
 * A version that is a time.
 *
 * @param millis milliseconds since 1970
 * @param text the version as it is written
 */
record Stamp(double millis, String text) {

  /** The version before the first change. */
  static final Stamp ZERO = new Stamp(0, "0");

  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,15})?");

  static Stamp parse(String text) throws UnreadableException {
    if (!DECIMAL.matcher(text).matches()) {
      throw new UnreadableException("expected a version that is a number of milliseconds");
    }
    return new Stamp(Double.parseDouble(text), text);
  }

  /** Returns a later one that is earlier than any that a clock of whole milliseconds gives next. */
  Stamp next() {
    long whole = (long) millis;
    return whole + 0.5 > millis
        ? new Stamp(whole + 0.5, whole + ".5")
        : new Stamp(whole + 1, Long.toString(whole + 1));
  }

  boolean isAfter(Stamp other) {
    return millis > other.millis;
  }
}
