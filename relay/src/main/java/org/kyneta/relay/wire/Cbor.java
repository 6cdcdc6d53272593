package org.kyneta.relay.wire;

/** The parts of CBOR's initial bytes. */
final class Cbor {

  static final int UNSIGNED = 0;
  static final int NEGATIVE = 1;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int ARRAY = 4;
  static final int MAP = 5;
  static final int TAG = 6;
  static final int SIMPLE = 7;

  static final int FALSE = 0xf4;
  static final int TRUE = 0xf5;

  private Cbor() {}

  static String name(int major) {
    return switch (major) {
      case UNSIGNED -> "an unsigned integer";
      case NEGATIVE -> "a negative integer";
      case BYTES -> "a byte string";
      case TEXT -> "a text string";
      case ARRAY -> "an array";
      case MAP -> "a map";
      case TAG -> "a tag";
      default -> "a simple value or a float";
    };
  }
}
