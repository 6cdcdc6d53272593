package org.kyneta.sql;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 that is read strictly: what is not UTF-8 is an error, not a replacement character. */
public final class Utf8 {

  private Utf8() {}

  /**
   * Returns the text of UTF-8 bytes.
   *
   * @throws IllegalArgumentException if they are not UTF-8
   */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  static String decode(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    // The fast decoder replaces what it cannot read: only then is it worth asking the strict one.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("text: expected UTF-8, found other bytes", e);
      }
    }
    return text;
  }
}
