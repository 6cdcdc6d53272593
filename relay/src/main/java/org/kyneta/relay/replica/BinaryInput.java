package org.kyneta.relay.replica;

/**
 * Bytes that somebody else wrote, read from front to back. Every length is checked against what is
 * left before anything is done with it, so that no input makes this allocate or run on.
 */
final class BinaryInput {

  /** The largest integer that JavaScript holds exactly, and the largest that Yjs reads. */
  static final long LARGEST = (1L << 53) - 1;

  private final byte[] bytes;
  private final int limit;
  private int position;

  BinaryInput(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  BinaryInput(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  int remaining() {
    return limit - position;
  }

  int octet() throws UnreadableException {
    if (position == limit) {
      throw broken("another byte");
    }
    return bytes[position++] & 0xff;
  }

  /** Reads an integer of seven bits a byte, low bits first, up to {@link #LARGEST}. */
  long unsigned() throws UnreadableException {
    if (position < limit && bytes[position] >= 0) {
      return bytes[position++];
    }
    long value = unsigned64();
    if (value < 0 || value > LARGEST) {
      throw broken("an integer below 2^53");
    }
    return value;
  }

  /** Reads an integer of seven bits a byte, low bits first, of up to 64 bits. */
  long unsigned64() throws UnreadableException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int octet = octet();
      value |= (long) (octet & 0x7f) << shift;
      if (octet < 0x80) {
        if (shift == 63 && octet > 1) {
          break;
        }
        return value;
      }
    }
    throw broken("an integer of at most 64 bits");
  }

  /**
   * Reads how many elements follow.
   *
   * @param smallest the fewest bytes of an element
   */
  int count(int smallest) throws UnreadableException {
    long count = unsigned();
    if (count > remaining() / smallest) {
      throw broken("no more elements than there are bytes for");
    }
    return (int) count;
  }

  /** Reads a length and steps over as many bytes; they end at the position. */
  int block() throws UnreadableException {
    int length = count(1);
    position += length;
    return length;
  }

  void skip(int length) throws UnreadableException {
    if (length > remaining()) {
      throw broken(length + " more bytes");
    }
    position += length;
  }

  void requireEnd() throws UnreadableException {
    if (position != limit) {
      throw broken("the end");
    }
  }

  UnreadableException broken(String expected) {
    return new UnreadableException(
        "expected " + expected + ", found something else at byte " + position + " of " + limit);
  }
}
