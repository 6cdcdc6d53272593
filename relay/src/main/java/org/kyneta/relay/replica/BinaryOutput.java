package org.kyneta.relay.replica;

import java.util.Arrays;
import java.util.Base64;

/** Bytes that grow at their end, and may be changed before it. */
final class BinaryOutput {

  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int size;

  /** Returns the array itself; what lies beyond {@link #size} is nothing. */
  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  int capacity() {
    return bytes.length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  String toBase64() {
    return Base64.getEncoder().encodeToString(toByteArray());
  }

  BinaryOutput octet(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
    return this;
  }

  BinaryOutput unsigned(long value) {
    reserve(10);
    size = put(value, size);
    return this;
  }

  BinaryOutput write(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
    return this;
  }

  BinaryOutput write(byte[] source) {
    return write(source, 0, source.length);
  }

  BinaryOutput write(BinaryOutput source) {
    return write(source.bytes, 0, source.size);
  }

  /** Replaces the integer at a position, moving what follows where its length changes. */
  void replaceUnsigned(int position, long oldValue, long newValue) {
    int from = position + lengthOf(oldValue);
    int to = position + lengthOf(newValue);
    reserve(Math.max(0, to - from));
    System.arraycopy(bytes, from, bytes, to, size - from);
    size += to - from;
    put(newValue, position);
  }

  /** Returns how many bytes an integer takes. */
  static int lengthOf(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  private int put(long value, int position) {
    long rest = value;
    int at = position;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      // Half more each time: many documents are open at once, and most of them are at rest.
      bytes =
          Arrays.copyOf(
              bytes, Math.max(needed, size + Math.min(size / 2, Integer.MAX_VALUE - 8 - size)));
    }
  }
}
