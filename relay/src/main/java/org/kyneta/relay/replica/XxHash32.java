package org.kyneta.relay.replica;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash xxHash32, by which Loro checks its blobs. It is written out here since the libraries
 * that have it bring hundreds of kilobytes of other things.
 */
final class XxHash32 {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PRIME_1 = 0x9e3779b1;
  private static final int PRIME_2 = 0x85ebca77;
  private static final int PRIME_3 = 0xc2b2ae3d;
  private static final int PRIME_4 = 0x27d4eb2f;
  private static final int PRIME_5 = 0x165667b1;

  private XxHash32() {}

  static int hash(byte[] bytes, int from, int to, int seed) {
    int at = from;
    int hash = seed + PRIME_5;
    if (to - from >= 16) {
      int a = seed + PRIME_1 + PRIME_2;
      int b = seed + PRIME_2;
      int c = seed;
      int d = seed - PRIME_1;
      for (; at <= to - 16; at += 16) {
        a = round(a, bytes, at);
        b = round(b, bytes, at + 4);
        c = round(c, bytes, at + 8);
        d = round(d, bytes, at + 12);
      }
      hash =
          Integer.rotateLeft(a, 1)
              + Integer.rotateLeft(b, 7)
              + Integer.rotateLeft(c, 12)
              + Integer.rotateLeft(d, 18);
    }
    hash += to - from;
    for (; at <= to - 4; at += 4) {
      hash = Integer.rotateLeft(hash + (int) INT.get(bytes, at) * PRIME_3, 17) * PRIME_4;
    }
    for (; at < to; at++) {
      hash = Integer.rotateLeft(hash + (bytes[at] & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    return avalanche(hash);
  }

  private static int round(int lane, byte[] bytes, int at) {
    return Integer.rotateLeft(lane + (int) INT.get(bytes, at) * PRIME_2, 13) * PRIME_1;
  }

  private static int avalanche(int hash) {
    int mixed = (hash ^ (hash >>> 15)) * PRIME_2;
    mixed = (mixed ^ (mixed >>> 13)) * PRIME_3;
    return mixed ^ (mixed >>> 16);
  }
}
