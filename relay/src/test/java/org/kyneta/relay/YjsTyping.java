package org.kyneta.relay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Somebody who types into a Yjs text, behind all that they have typed before. */
final class YjsTyping {

  private final int client;
  private int clock;

  YjsTyping(int client) {
    this.client = client;
  }

  /** Returns the update that types a text of ASCII characters. */
  byte[] type(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    unsigned(out, 1);
    unsigned(out, 1);
    unsigned(out, client);
    unsigned(out, clock);
    if (clock == 0) {
      out.write(4);
      unsigned(out, 1);
      string(out, "text");
    } else {
      out.write(0x84);
      unsigned(out, client);
      unsigned(out, clock - 1);
    }
    string(out, text);
    unsigned(out, 0);
    clock += text.length();
    return out.toByteArray();
  }

  /** Returns up to where a client's clock goes in a version, 0 if it is not in it. */
  static int clockOf(String version, int client) {
    byte[] vector = Base64.getDecoder().decode(version.substring(0, version.indexOf('.')));
    ByteBuffer in = ByteBuffer.wrap(vector);
    int count = unsigned(in);
    for (int i = 0; i < count; i++) {
      int found = unsigned(in);
      int clock = unsigned(in);
      if (found == client) {
        return clock;
      }
    }
    return 0;
  }

  private static int unsigned(ByteBuffer in) {
    int number = 0;
    int shift = 0;
    byte part;
    do {
      part = in.get();
      number |= (part & 0x7f) << shift;
      shift += 7;
    } while (part < 0);
    return number;
  }

  int clock() {
    return clock;
  }

  private static void string(ByteArrayOutputStream out, String text) {
    unsigned(out, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void unsigned(ByteArrayOutputStream out, int number) {
    int rest = number;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
