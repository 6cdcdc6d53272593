package org.kyneta.store;

import java.util.Comparator;
import java.util.Optional;

/**
 * Document ids: their order, their size, and the end of the range that a prefix spans.
 *
 * <p>Ids are ordered by code point, which is the byte order of their UTF-8 form and not the order
 * of {@link String#compareTo}.
 */
public final class DocIds {

  /** The order in which ids are listed. */
  public static final Comparator<String> ORDER = DocIds::compare;

  private static final int LONGEST_SHOWN = 120;

  private DocIds() {}

  private static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Integer.compare(rank(x), rank(y));
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** Code units in the order of the code points that they begin: surrogates come last. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }

  /** Returns whether the text has no unpaired surrogate. */
  public static boolean isWellFormed(String text) {
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return false;
      }
      i += Character.charCount(codePoint);
    }
    return true;
  }

  /** Returns the length of the text's UTF-8 form in bytes; an unpaired surrogate counts three. */
  public static long utf8Length(String text) {
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      if (c < 0x800) {
        length++;
      } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        length += 2;
        i++;
      } else {
        length += 2;
      }
    }
    return length;
  }

  /**
   * Returns the smallest id that is greater than every id with this prefix, so that the prefix
   * spans the range from itself, included, to the result, excluded.
   *
   * @param prefix a prefix without unpaired surrogates
   * @return the end of the range, or empty if it has none: for the empty prefix and for one that
   *     consists of U+10FFFF alone
   */
  public static Optional<String> endOfPrefix(String prefix) {
    int end = prefix.length();
    while (end > 0) {
      int last = prefix.codePointBefore(end);
      end -= Character.charCount(last);
      if (last < Character.MAX_CODE_POINT) {
        int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
        return Optional.of(prefix.substring(0, end) + Character.toString(next));
      }
    }
    return Optional.empty();
  }

  /** Returns an id for a message: quoted, controls escaped, cut after 120 characters. */
  public static String show(String docId) {
    boolean cut = docId.length() > LONGEST_SHOWN;
    String shown = cut ? docId.substring(0, LONGEST_SHOWN) : docId;
    return JsonValue.quote(shown) + (cut ? "…" : "");
  }
}
