package org.kyneta.cli;

import java.util.Locale;
import org.kyneta.store.JsonValue;

/** How values look to people. Nothing that is shown can act upon a terminal. */
final class Shown {

  private Shown() {}

  /**
   * Returns a document id in full, as a JSON string literal that {@code --json-id} takes: quoted,
   * with whatever is invisible or acts upon a terminal escaped.
   */
  static String id(String docId) {
    return line(JsonValue.quote(docId));
  }

  /** Returns the beginning of a text, quoted as an id. */
  static String text(String text, int longest) {
    return text.length() <= longest ? id(text) : id(text.substring(0, longest)) + "…";
  }

  /** Returns a text in one line, with whatever is invisible or acts upon a terminal escaped. */
  static String line(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (isVisible(c)) {
            out.appendCodePoint(c);
          } else {
            for (char unit : Character.toChars(c)) {
              out.append("\\u%04x".formatted((int) unit));
            }
          }
        });
    return out.toString();
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  /** Returns a number with a noun in the right form, such as {@code 2,040 records}. */
  static String count(long number, String noun) {
    return "%s %s%s".formatted(number(number), noun, number == 1 ? "" : "s");
  }

  /** Returns a number with its thousands apart. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns a size such as {@code 144 kB}, in powers of 1,000. */
  static String bytes(long bytes) {
    if (bytes < 1_000) {
      return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
    double value = bytes;
    int power = -1;
    do {
      value /= 1_000;
      power++;
    } while (value >= 999.5 && power < 3);
    String unit = new String[] {"kB", "MB", "GB", "TB"}[power];
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%,.0f %s", value, unit);
  }

  /** Returns a duration such as {@code 1.3 s}. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, nanos < 100_000_000 ? "%.2f s" : "%.1f s", nanos / 1e9);
  }

  /** Returns how many there were a second, to two digits, with the noun in the plural. */
  static String rate(long number, long nanos, String nouns) {
    double rate = number / Math.max(1e-3, nanos / 1e9);
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(Math.max(1, rate))) - 1));
    return "%s %s/s".formatted(number(Math.round(rate / unit) * (long) unit), nouns);
  }
}
