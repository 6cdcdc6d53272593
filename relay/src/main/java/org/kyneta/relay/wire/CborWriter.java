package org.kyneta.relay.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the protocol's kind of CBOR: definite lengths, in their shortest form. */
final class CborWriter {

  private byte[] bytes;
  private int size;

  CborWriter(int capacity) {
    bytes = new byte[capacity];
  }

  /** Returns the UTF-8 form of a text, refusing what has none. */
  static byte[] utf8(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    // The encoder replaces what it cannot write. Reading back is many times faster than looking at
    // every character of a large text.
    if (!new String(utf8, StandardCharsets.UTF_8).equals(text)) {
      throw new IllegalArgumentException("text: expected Unicode, found an unpaired surrogate");
    }
    return utf8;
  }

  CborWriter mapHead(int pairs) {
    return head(Cbor.MAP, pairs);
  }

  CborWriter arrayHead(int items) {
    return head(Cbor.ARRAY, items);
  }

  CborWriter textHead(int length) {
    return head(Cbor.TEXT, length);
  }

  CborWriter bytesHead(int length) {
    return head(Cbor.BYTES, length);
  }

  CborWriter unsigned(int value) {
    return head(Cbor.UNSIGNED, value);
  }

  CborWriter bool(boolean value) {
    return put(value ? Cbor.TRUE : Cbor.FALSE);
  }

  /** Writes a key of few ASCII letters. */
  CborWriter key(String key) {
    textHead(key.length());
    for (int i = 0; i < key.length(); i++) {
      put(key.charAt(i));
    }
    return this;
  }

  CborWriter text(String text) {
    byte[] utf8 = utf8(text);
    return textHead(utf8.length).raw(utf8);
  }

  /** Writes what is encoded already, or the content of a string whose head was written. */
  CborWriter raw(byte[] encoded) {
    ensure(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    return this;
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private CborWriter head(int major, int value) {
    int type = major << 5;
    if (value < 24) {
      return put(type | value);
    }
    if (value < 0x100) {
      return put(type | 24).put(value);
    }
    if (value < 0x10000) {
      return put(type | 25).put(value >>> 8).put(value);
    }
    return put(type | 26).put(value >>> 24).put(value >>> 16).put(value >>> 8).put(value);
  }

  private CborWriter put(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }
}
