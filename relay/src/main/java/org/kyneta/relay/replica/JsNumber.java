package org.kyneta.relay.replica;

import java.math.BigDecimal;
import java.math.MathContext;

/** Prints numbers as JavaScript does. */
final class JsNumber {

  private JsNumber() {}

  /**
   * Returns the JSON text of a number (ECMA-262, Number::toString, JSON.stringify): the fewest
   * digits that name it, and {@code null} where JSON has no text for it.
   */
  static String text(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return "null";
    }
    if (value == 0) {
      return "0";
    }
    return value < 0 ? "-" + positive(-value) : positive(value);
  }

  private static String positive(double value) {
    BigDecimal decimal = shortest(value);
    String digits = decimal.unscaledValue().toString();
    // The value is 0.digits times ten to the power of this.
    int point = digits.length() - decimal.scale();
    if (point > 21 || point < -5) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      return digits.charAt(0) + fraction + (point > 0 ? "e+" : "e") + (point - 1);
    }
    if (point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    return point >= digits.length()
        ? digits + "0".repeat(point - digits.length())
        : digits.substring(0, point) + "." + digits.substring(point);
  }

  /** Java prints two digits where one is enough, and then perhaps not those that end in a zero. */
  private static BigDecimal shortest(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      BigDecimal one = decimal.round(new MathContext(1)).stripTrailingZeros();
      return one.doubleValue() == value ? one : decimal;
    }
    return decimal;
  }
}
