package org.kyneta.relay.replica;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of a plain document as they were written, one after the other in UTF-8. Any run of them
 * is a payload once brackets are set around it, so that nothing is printed anew.
 */
final class BatchLog {

  private byte[] bytes = new byte[0];
  private int[] ends = new int[0];
  private int count;

  /** Returns how many batches there are. */
  int count() {
    return count;
  }

  /** Returns how many bytes the batches take. */
  int size() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** Returns about how many bytes of memory this takes. */
  long footprint() {
    return bytes.length + 4L * ends.length + 64;
  }

  /**
   * Appends batches, all of them or none.
   *
   * @param batches each as JSON text without unpaired surrogates
   * @throws UnreadableException if there are more than an array can hold
   */
  void append(List<String> batches) throws UnreadableException {
    byte[] joined = String.join(",", batches).getBytes(StandardCharsets.UTF_8);
    long needed = size() + 1L + joined.length;
    if (needed > Integer.MAX_VALUE - 16) {
      throw new UnreadableException(
          "expected less than 2 GiB of changes since the last image, found " + needed + " bytes");
    }
    bytes = room(bytes, needed);
    ends = roomForEnds(count + (long) batches.size());
    int at = count == 0 ? 0 : size() + 1;
    if (at > 0) {
      bytes[at - 1] = ',';
    }
    System.arraycopy(joined, 0, bytes, at, joined.length);
    for (String batch : batches) {
      at += utf8Length(batch);
      ends[count++] = at;
      at++;
    }
  }

  /** Returns the payload of the batches from {@code from} on. */
  String since(int from) {
    return between(from, count);
  }

  /** Returns the payload of the batches from {@code from} up to {@code to}. */
  String between(int from, int to) {
    if (from == to) {
      return "[]";
    }
    int start = start(from);
    return "[" + new String(bytes, start, ends[to - 1] - start, StandardCharsets.UTF_8) + "]";
  }

  /**
   * Returns the end of the longest run of batches from {@code from} on that takes at most {@code
   * size} bytes, or of one batch if that alone takes more.
   */
  int run(int from, int size) {
    int start = start(from);
    int to = from + 1;
    while (to < count && ends[to] - start <= size) {
      to++;
    }
    return to;
  }

  private int start(int batch) {
    return batch == 0 ? 0 : ends[batch - 1] + 1;
  }

  private static byte[] room(byte[] array, long needed) {
    return needed <= array.length
        ? array
        : Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 16, needed + needed / 2));
  }

  private int[] roomForEnds(long needed) {
    return needed <= ends.length
        ? ends
        : Arrays.copyOf(ends, (int) Math.min(Integer.MAX_VALUE - 16, needed + needed / 2));
  }

  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a pair counts two, which makes the pair's four.
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }
}
