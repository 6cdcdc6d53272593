package org.kyneta.faults.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Typing into a Yjs text, each writer behind what the same writer has typed before. */
final class Yjs {

  /** How many characters an edit has. */
  static final int LENGTH = 8;

  private static final int STRING_IN_ROOT = 4;
  private static final int STRING_BEHIND = 0x84;

  private Yjs() {}

  static byte[] edit(int writer, int number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int clock = (number - 1) * LENGTH;
    // One client, one struct.
    Varints.write(out, 1);
    Varints.write(out, 1);
    Varints.write(out, writer);
    Varints.write(out, clock);
    if (clock == 0) {
      out.write(STRING_IN_ROOT);
      Varints.write(out, 1);
      string(out, "text");
    } else {
      out.write(STRING_BEHIND);
      Varints.write(out, writer);
      Varints.write(out, clock - 1L);
    }
    string(out, "%08d".formatted(number));
    // No deletions.
    Varints.write(out, 0);
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    Varints.write(out, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
