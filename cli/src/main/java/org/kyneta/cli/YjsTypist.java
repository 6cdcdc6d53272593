package org.kyneta.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.kyneta.store.Payload;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Somebody who types into the text {@value #ROOT} of a Yjs document, each time behind what they
 * have typed before, as updates of Yjs' format v1 (docs of yjs, "Document Updates").
 */
final class YjsTypist {

  static final String ROOT = "text";

  private static final int STRING = 4;
  private static final int HAS_ORIGIN = 0x80;
  private static final int PARENT_IS_ROOT = 1;
  private static final int NO_DELETIONS = 0;

  private final int client;
  private int clock;

  /**
   * Begins to type.
   *
   * @param client the client's number in Yjs, from 1 to 127
   */
  YjsTypist(int client) {
    this.client = client;
  }

  /**
   * Returns the update that adds a text, and this client's part of the state vector as its version.
   *
   * @param text ASCII characters, at least one
   */
  Entry type(String text) {
    ByteArrayOutputStream update = new ByteArrayOutputStream(text.length() + 20);
    unsigned(update, 1); // clients
    unsigned(update, 1); // items
    unsigned(update, client);
    unsigned(update, clock);
    if (clock == 0) {
      update.write(STRING);
      unsigned(update, PARENT_IS_ROOT);
      string(update, ROOT);
    } else {
      update.write(STRING | HAS_ORIGIN);
      unsigned(update, client);
      unsigned(update, clock - 1);
    }
    string(update, text);
    unsigned(update, NO_DELETIONS);
    clock += text.length();
    return new Entry(Payload.binary(Payload.Kind.SINCE, update.toByteArray()), version());
  }

  private String version() {
    ByteArrayOutputStream vector = new ByteArrayOutputStream();
    unsigned(vector, 1);
    unsigned(vector, client);
    unsigned(vector, clock);
    return Base64.getEncoder().encodeToString(vector.toByteArray());
  }

  /** Returns the client whose version this is. */
  static int clientOf(String version) {
    return Base64.getDecoder().decode(version)[1];
  }

  private static void string(ByteArrayOutputStream out, String text) {
    unsigned(out, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes seven bits a byte, the low ones first. */
  private static void unsigned(ByteArrayOutputStream out, int number) {
    int rest = number;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
