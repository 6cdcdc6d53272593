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

  Fnv128 add(byte[] bytes, int from, int to) {
    long upper = high;
    long lower = low;
    for (int i = from; i < to; i++) {
      lower ^= bytes[i] & 0xff;
      upper = upper * PRIME + Math.unsignedMultiplyHigh(lower, PRIME) + (lower << SHIFT);
      lower *= PRIME;
    }
    high = upper;
    low = lower;
    return this;
  }

  Fnv128 add(BinaryOutput bytes) {
    return add(bytes.array(), 0, bytes.size());
  }

  String toHex() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
