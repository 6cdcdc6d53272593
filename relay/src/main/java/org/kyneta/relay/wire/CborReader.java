package org.kyneta.relay.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kyneta.relay.wire.WireException.Reason;

/**
 * Reads the protocol's kind of CBOR, and nothing else: definite lengths in their shortest form, no
 * tags, UTF-8 that is UTF-8. Nothing is allocated on the word of a length before the bytes are seen
 * to be there.
 */
final class CborReader {

  /** How deep values that nobody knows may be nested. */
  private static final int DEEPEST = 16;

  private final byte[] bytes;
  private final int limit;
  private int position;

  CborReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  int position() {
    return position;
  }

  void position(int newPosition) {
    position = newPosition;
  }

  void requireEnd() throws WireException {
    if (position != limit) {
      throw broken("expected nothing after the message, found " + (limit - position) + " bytes");
    }
  }

  CborMap map() throws WireException {
    // A pair takes two bytes at least: a count that cannot be met is refused before the pairs are.
    return new CborMap(this, count(Cbor.MAP, 2));
  }

  /** Reads the head of an array and returns how many items follow. */
  int array() throws WireException {
    return count(Cbor.ARRAY, 1);
  }

  /** Reads the head of an array of a certain length. */
  void array(int items) throws WireException {
    int start = position;
    int found = array();
    if (found != items) {
      position = start;
      throw broken("expected an array of " + items + " items, found " + found);
    }
  }

  /** Reads an integer of 0 to {@link Long#MAX_VALUE}. */
  long unsigned() throws WireException {
    int start = position;
    long value = argument(head(Cbor.UNSIGNED));
    if (value < 0) {
      position = start;
      throw broken("expected an integer below 2^63, found a larger one");
    }
    return value;
  }

  /** Reads an integer of 0 to {@link Integer#MAX_VALUE}. */
  int smallUnsigned() throws WireException {
    int start = position;
    long value = unsigned();
    if (value > Integer.MAX_VALUE) {
      position = start;
      throw broken("expected an integer below 2^31, found " + value);
    }
    return (int) value;
  }

  boolean bool() throws WireException {
    int initial = next();
    if (initial != Cbor.FALSE && initial != Cbor.TRUE) {
      position--;
      throw broken("expected a boolean, found " + Cbor.name(initial >>> 5));
    }
    return initial == Cbor.TRUE;
  }

  String text() throws WireException {
    return text(length(head(Cbor.TEXT)));
  }

  private String text(int length) throws WireException {
    int start = position;
    position += length;
    String text = new String(bytes, start, length, StandardCharsets.UTF_8);
    // The fast decoder replaces what it cannot read: only then is it worth asking the strict one.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
      } catch (CharacterCodingException e) {
        position = start;
        throw broken("expected UTF-8, found other bytes");
      }
    }
    return text;
  }

  byte[] byteString() throws WireException {
    int length = length(head(Cbor.BYTES));
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** Whether a text string comes next. */
  boolean atText() {
    return position < limit && (bytes[position] & 0xff) >>> 5 == Cbor.TEXT;
  }

  /** Reads a key and returns its number; its text may be no UTF-8 if it is unknown. */
  int key() throws WireException {
    int length = length(head(Cbor.TEXT));
    int start = position;
    position += length;
    return length > 4 ? Key.OTHER : Key.of(bytes, start, length);
  }

  /** Reads a value of any kind that is well formed, and forgets it. */
  void skip() throws WireException {
    skip(0);
  }

  private void skip(int depth) throws WireException {
    if (depth == DEEPEST) {
      throw broken("expected values nested at most " + DEEPEST + " deep, found more");
    }
    int initial = next();
    switch (initial >>> 5) {
      case Cbor.UNSIGNED, Cbor.NEGATIVE -> argument(initial);
      case Cbor.BYTES -> position += length(initial);
      case Cbor.TEXT -> text(length(initial));
      case Cbor.ARRAY -> {
        position--;
        int items = array();
        for (int i = 0; i < items; i++) {
          skip(depth + 1);
        }
      }
      case Cbor.MAP -> {
        position--;
        CborMap map = map();
        while (map.next() != Key.END) {
          skip(depth + 1);
        }
      }
      case Cbor.SIMPLE -> skipSimple(initial);
      default -> {
        position--;
        throw broken("expected no tag, found one");
      }
    }
  }

  /** Booleans, null, undefined and floats: later versions of the protocol may use them. */
  private void skipSimple(int initial) throws WireException {
    int length =
        switch (initial & 0x1f) {
          case 20, 21, 22, 23 -> 0;
          case 25 -> 2;
          case 26 -> 4;
          case 27 -> 8;
          default -> {
            position--;
            throw broken("expected a simple value or a float, found neither");
          }
        };
    requireBytes(length);
    position += length;
  }

  private int count(int major, int leastBytes) throws WireException {
    int start = position;
    long count = argument(head(major));
    if (count < 0 || count > (limit - position) / leastBytes) {
      position = start;
      throw broken(
          "expected " + Cbor.name(major) + " that ends within the message, found a longer one");
    }
    return (int) count;
  }

  private int head(int major) throws WireException {
    int initial = next();
    if (initial >>> 5 != major) {
      position--;
      throw broken("expected " + Cbor.name(major) + ", found " + Cbor.name(initial >>> 5));
    }
    return initial;
  }

  private int length(int initial) throws WireException {
    long length = argument(initial);
    if (length < 0 || length > limit - position) {
      throw broken("expected a string that ends within the message, found a longer one");
    }
    return (int) length;
  }

  /** Reads what follows an initial byte; a result of 2^63 and more is negative. */
  private long argument(int initial) throws WireException {
    int info = initial & 0x1f;
    if (info < 24) {
      return info;
    }
    if (info > 27) {
      throw broken("expected a definite length or value, found another");
    }
    int size = 1 << (info - 24);
    requireBytes(size);
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | (bytes[position++] & 0xff);
    }
    long least = size == 1 ? 24 : 1L << (4 * size);
    if (Long.compareUnsigned(value, least) < 0) {
      throw broken("expected the shortest form of a number, found a longer one");
    }
    return value;
  }

  private int next() throws WireException {
    requireBytes(1);
    return bytes[position++] & 0xff;
  }

  private void requireBytes(int count) throws WireException {
    if (limit - position < count) {
      throw broken("expected more, found the end");
    }
  }

  /** Reads again, as a text, what lies between a position and here. */
  String textUpTo(int start) throws WireException {
    position = start;
    return text();
  }

  WireException broken(String message) {
    return new WireException(Reason.CBOR, "CBOR at byte " + position + ": " + message);
  }
}
