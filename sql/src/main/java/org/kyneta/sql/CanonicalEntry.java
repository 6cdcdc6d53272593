package org.kyneta.sql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Reads the one form in which every known writer stores an entry: no spaces, members in their fixed
 * order. It goes over the bytes once, and makes no object but those of the record.
 *
 * <p>Whatever does not fit, down to a mistake in an escape, is left to the general reader.
 */
final class CanonicalEntry {

  private static final byte[] KIND = ascii("{\"kind\":\"");
  private static final byte[] SINCE = ascii("since");
  private static final byte[] ENTIRETY = ascii("entirety");
  private static final byte[] ENCODING = ascii("\",\"encoding\":\"");
  private static final byte[] BINARY = ascii("binary");
  private static final byte[] JSON = ascii("json");
  private static final byte[] VERSION = ascii("\",\"version\":\"");
  private static final byte[] DATA = ascii(",\"data\":\"");
  private static final byte[] LINEAGE = ascii(",\"lineage\":\"");

  private final byte[] in;
  private int at;

  private CanonicalEntry(byte[] in) {
    this.in = in;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the entry, or null if the payload is not in canonical form. */
  static @Nullable Entry read(byte[] payload, byte @Nullable [] blob) {
    return new CanonicalEntry(payload).entry(blob);
  }

  private @Nullable Entry entry(byte @Nullable [] blob) {
    if (!skip(KIND)) {
      return null;
    }
    boolean since = skip(SINCE);
    if (!(since || skip(ENTIRETY)) || !skip(ENCODING)) {
      return null;
    }
    boolean binary = skip(BINARY);
    if (!(binary || skip(JSON)) || !skip(VERSION)) {
      return null;
    }
    String version = restOfString();
    Data data = data(blob);
    if (version == null || data == null) {
      return null;
    }
    String lineage = null;
    if (skip(LINEAGE)) {
      lineage = restOfString();
      if (lineage == null) {
        return null;
      }
    }
    if (at != in.length - 1 || in[at] != '}') {
      return null;
    }
    return new Entry(
        new Payload(
            since ? Payload.Kind.SINCE : Payload.Kind.ENTIRETY,
            binary ? Payload.Encoding.BINARY : Payload.Encoding.JSON,
            data,
            lineage),
        version);
  }

  private @Nullable Data data(byte @Nullable [] blob) {
    if (blob != null) {
      return new Bytes(blob);
    }
    String text = skip(DATA) ? restOfString() : null;
    return text == null ? null : new Text(text);
  }

  private boolean skip(byte[] expected) {
    int end = at + expected.length;
    if (end > in.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (in[at + i] != expected[i]) {
        return false;
      }
    }
    at = end;
    return true;
  }

  /** Reads up to and over the closing quote; returns null if there is none or it is not JSON. */
  private @Nullable String restOfString() {
    int from = at;
    boolean escaped = false;
    for (int i = from; i < in.length; i++) {
      byte b = in[i];
      if (b == '"') {
        at = i + 1;
        String text = Utf8.decode(in, from, i);
        return escaped ? unescape(text) : text;
      }
      if (b == '\\') {
        escaped = true;
        i++; // Whatever follows is part of the escape, a quote above all.
      } else if (b >= 0 && b < ' ') {
        return null;
      }
    }
    return null;
  }

  private static @Nullable String unescape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int plainFrom = 0;
    int i = text.indexOf('\\');
    while (i >= 0) {
      out.append(text, plainFrom, i);
      if (i + 1 >= text.length()) {
        return null;
      }
      plainFrom = i + 2;
      switch (text.charAt(i + 1)) {
        case '"' -> out.append('"');
        case '\\' -> out.append('\\');
        case '/' -> out.append('/');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          int unit = codeUnit(text, i + 2);
          if (unit < 0) {
            return null;
          }
          out.append((char) unit);
          plainFrom = i + 6;
        }
        default -> {
          return null;
        }
      }
      i = text.indexOf('\\', plainFrom);
    }
    return out.append(text, plainFrom, text.length()).toString();
  }

  private static int codeUnit(String text, int from) {
    if (from + 4 > text.length()) {
      return -1;
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0 || text.charAt(i) >= 0x80) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }
}
