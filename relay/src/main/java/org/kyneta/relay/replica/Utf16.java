package org.kyneta.relay.replica;

/** Text in UTF-8 that is counted as JavaScript counts it, in UTF-16 units. */
final class Utf16 {

  private Utf16() {}

  /**
   * Returns how many units a text has, or -1 if it is not UTF-8.
   *
   * @param bytes what holds the text
   * @param from the text's first byte
   * @param to the end of the text
   */
  static int units(byte[] bytes, int from, int to) {
    int units = 0;
    int at = from;
    while (at < to) {
      if (bytes[at] >= 0) {
        at++;
        units++;
      } else {
        int length = lengthOf(bytes, at, to);
        if (length == 0) {
          return -1;
        }
        at += length;
        units += length == 4 ? 2 : 1;
      }
    }
    return units;
  }

  /** Returns how many bytes the character takes that begins at a byte of valid UTF-8. */
  static int lengthOf(byte first) {
    return first >= 0 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : 4;
  }

  /** Returns the length of a character beyond ASCII, or 0 if there is none. */
  private static int lengthOf(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    int length = lengthOf(bytes[at]);
    if (to - at < length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = bytes[at + 1] & 0xff;
    boolean allowed =
        switch (first) {
          case 0xe0 -> second >= 0xa0;
          // Surrogates are no characters.
          case 0xed -> second < 0xa0;
          case 0xf0 -> second >= 0x90;
          case 0xf4 -> second < 0x90;
          default -> true;
        };
    return allowed ? length : 0;
  }
}
