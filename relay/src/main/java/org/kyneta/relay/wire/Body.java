package org.kyneta.relay.wire;

import java.nio.ByteBuffer;

/** A message's CBOR in parts that follow each other, so that large ones need not be moved. */
final class Body {

  private final byte[][] parts;
  private final int size;

  Body(byte[]... parts) {
    this.parts = parts;
    long sum = 0;
    for (byte[] part : parts) {
      sum += part.length;
    }
    this.size = Math.toIntExact(sum);
  }

  int size() {
    return size;
  }

  /** Returns this with something in front. */
  Body after(byte[] head) {
    byte[][] all = new byte[parts.length + 1][];
    all[0] = head;
    System.arraycopy(parts, 0, all, 1, parts.length);
    return new Body(all);
  }

  /** Puts a range of the bytes into a buffer. */
  void put(int from, int to, ByteBuffer target) {
    int start = 0;
    for (byte[] part : parts) {
      int first = Math.max(from - start, 0);
      int last = Math.min(to - start, part.length);
      if (first < last) {
        target.put(part, first, last - first);
      }
      start += part.length;
    }
  }
}
