package org.kyneta.relay.replica;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.JsonValue;

/**
 * A string that is edited in place.
 *
 * <p>From the first edit on, its characters lie in one array with a gap where the last edit was, so
 * that an edit costs the distance from the one before and not the length of the text.
 */
final class TextNode implements Node {

  private static final int ROOM = 64;

  private @Nullable String whole;
  private char[] chars = new char[0];
  private int gapStart;
  private int gapEnd;

  TextNode(String text) {
    whole = text;
  }

  /** Returns how many UTF-16 units there are. */
  int length() {
    return whole != null ? whole.length() : chars.length - (gapEnd - gapStart);
  }

  void insert(int at, String text) {
    moveGap(at);
    if (gapEnd - gapStart < text.length()) {
      grow(text.length());
    }
    text.getChars(0, text.length(), chars, gapStart);
    gapStart += text.length();
  }

  void delete(int at, int number) {
    moveGap(at);
    gapEnd += number;
  }

  private void moveGap(int at) {
    if (whole != null) {
      chars = whole.toCharArray();
      gapStart = chars.length;
      gapEnd = chars.length;
      whole = null;
    }
    if (at < gapStart) {
      System.arraycopy(chars, at, chars, gapEnd - (gapStart - at), gapStart - at);
      gapEnd -= gapStart - at;
      gapStart = at;
    } else if (at > gapStart) {
      System.arraycopy(chars, gapEnd, chars, gapStart, at - gapStart);
      gapEnd += at - gapStart;
      gapStart = at;
    }
  }

  private void grow(int needed) {
    int tail = chars.length - gapEnd;
    int length = Math.addExact(length(), needed);
    chars = Arrays.copyOf(chars, Math.addExact(length, length / 2 + ROOM));
    System.arraycopy(chars, gapEnd, chars, chars.length - tail, tail);
    gapEnd = chars.length - tail;
  }

  /** Returns the string itself. */
  @Override
  public String toString() {
    return whole != null
        ? whole
        : new StringBuilder(length())
            .append(chars, 0, gapStart)
            .append(chars, gapEnd, chars.length - gapEnd)
            .toString();
  }

  @Override
  public void print(StringBuilder out) {
    JsonValue.quote(toString(), out);
  }

  @Override
  public boolean same(Node other) {
    return other instanceof TextNode that && toString().equals(that.toString());
  }

  @Override
  public void identify(StringBuilder out) {
    print(out);
  }

  @Override
  public Node copy() {
    return new TextNode(toString());
  }
}
