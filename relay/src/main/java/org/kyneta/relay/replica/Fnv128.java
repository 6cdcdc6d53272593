package org.kyneta.relay.replica;

import java.util.HexFormat;

/** The hash FNV-1a of 128 bits, by which versions of Yjs documents tell their deletions. */
final class Fnv128 {

  // The prime is 2^88 + 0x13b: its upper part is a shift of the lower half into the upper.
  private static final long PRIME = 0x13b;
  private static final int SHIFT = 88 - 64;

  private long high = 0x6c62272e07bb0142L;
  private long low = 0x62b821756295c58dL;

  Fnv128() {}

  /** Continues from where another hash is. */
  Fnv128(Fnv128 start) {
    high = start.high;
    low = start.low;
  }

  Fnv128 add(BinaryOutput bytes) {
    for (int i = 0; i < bytes.size(); i++) {
      add(bytes.array()[i] & 0xff);
    }
    return this;
  }

  /** Adds an integer as it is written in seven bits a byte. */
  Fnv128 addUnsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      add((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    add((int) rest);
    return this;
  }

  private void add(int octet) {
    long lower = low ^ octet;
    high = high * PRIME + Math.unsignedMultiplyHigh(lower, PRIME) + (lower << SHIFT);
    low = lower * PRIME;
  }

  String toHex() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
