package org.kyneta.faults.relay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

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

  /** Returns what each writer has typed, from an update that has everything. */
  static Map<Long, String> texts(byte[] update) {
    ByteBuffer in = ByteBuffer.wrap(update);
    Map<Long, String> texts = new TreeMap<>();
    for (long clients = Varints.read(in); clients > 0; clients--) {
      long structs = Varints.read(in);
      long client = Varints.read(in);
      requireStart(client, Varints.read(in));
      StringBuilder text = new StringBuilder();
      for (; structs > 0; structs--) {
        text.append(item(in));
      }
      texts.put(client, text.toString());
    }
    return texts;
  }

  private static void requireStart(long client, long clock) {
    if (clock != 0) {
      throw new IllegalArgumentException(
          "expected all of client %d, found clock %d first".formatted(client, clock));
    }
  }

  private static String item(ByteBuffer in) {
    int info = Byte.toUnsignedInt(in.get());
    switch (info) {
      case STRING_IN_ROOT -> {
        Varints.read(in);
        string(in);
      }
      case STRING_BEHIND -> {
        Varints.read(in);
        Varints.read(in);
      }
      default -> throw new IllegalArgumentException("expected typed text, found struct " + info);
    }
    return string(in);
  }

  private static String string(ByteBuffer in) {
    byte[] bytes = new byte[(int) Varints.read(in)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
