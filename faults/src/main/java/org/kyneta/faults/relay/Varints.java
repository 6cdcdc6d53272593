package org.kyneta.faults.relay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whole numbers of seven bits a byte, the lowest first, and version vectors that are made of them.
 */
final class Varints {

  private Varints() {}

  static void write(ByteArrayOutputStream out, long number) {
    long rest = number;
    for (; rest > 0x7f; rest >>>= 7) {
      out.write((int) (rest & 0x7f) | 0x80);
    }
    out.write((int) rest);
  }

  static long read(ByteBuffer in) {
    long number = 0;
    int shift = 0;
    byte part;
    do {
      part = in.get();
      number |= (part & 0x7fL) << shift;
      shift += 7;
    } while (part < 0);
    return number;
  }

  /** Returns what a version vector says. */
  static Map<Long, Long> vector(String base64) {
    ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    Map<Long, Long> vector = new TreeMap<>();
    for (long left = read(in); left > 0; left--) {
      long key = read(in);
      vector.put(key, read(in));
    }
    return vector;
  }
}
