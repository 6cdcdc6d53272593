package org.kyneta.jooq;

import java.nio.charset.StandardCharsets;
import org.kyneta.sql.Row;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;

/**
 * What a store's engine and tables can hold.
 *
 * @param holdsNul whether ids and metadata can hold U+0000
 * @param holdsSurrogates whether metadata can hold unpaired surrogates
 * @param maxSeq the greatest sequence number
 * @param idChars the most characters of an id in the columns of both tables: where there are spaces
 *     beyond them, databases cut these and say nothing
 * @param packetBytes the most bytes of a statement with its values as the server takes it
 */
record Capacity(
    boolean holdsNul, boolean holdsSurrogates, long maxSeq, int idChars, long packetBytes) {

  /** What a statement takes beside the values of a row. */
  private static final int STATEMENT_BYTES = 8 << 10;

  static RecordRejectedException cannotHold(
      String docId, String field, String expected, String found) {
    return new RecordRejectedException(Rule.BACK_END_CAN_HOLD, docId, field, expected, found);
  }

  /**
   * Checks an id that is read or written.
   *
   * @throws RecordRejectedException if there can be no such document
   */
  void checkId(String docId) {
    if (!holdsNul && docId.indexOf('\0') >= 0) {
      throw cannotHold(docId, "docId", "without U+0000", "one");
    }
  }

  /**
   * Checks an id that is written.
   *
   * @throws RecordRejectedException if there can be no such document
   */
  void checkNewId(String docId) {
    checkId(docId);
    int chars = docId.codePointCount(0, docId.length());
    if (chars > idChars) {
      throw cannotHold(
          docId, "docId", "of at most " + idChars + " characters", chars + " characters");
    }
  }

  /**
   * Checks a row of records.
   *
   * @throws RecordRejectedException if the engine cannot hold it
   */
  void check(String docId, Row row) {
    if (row.kind().equals(Row.META)) {
      checkMeta(docId, row.payload());
    }
    byte[] blob = row.blob();
    long upperBound = 2L * (3L * row.payload().length() + (blob == null ? 0 : blob.length));
    if (upperBound + STATEMENT_BYTES <= packetBytes) {
      return;
    }
    long bytes = STATEMENT_BYTES + escaped(row.payload()) + (blob == null ? 0 : escaped(blob));
    if (bytes > packetBytes) {
      throw cannotHold(
          docId,
          "record",
          "of at most %d bytes in a statement (max_allowed_packet)".formatted(packetBytes),
          bytes + " bytes");
    }
  }

  /**
   * Checks metadata as JSON.
   *
   * @throws RecordRejectedException if the engine cannot hold it
   */
  void checkMeta(String docId, String json) {
    if (holdsNul && holdsSurrogates) {
      return;
    }
    for (int i = json.indexOf('\\'); i >= 0; i = json.indexOf('\\', i)) {
      // Every other escape is two characters long, the one of a backslash included.
      boolean isUnit = json.charAt(i + 1) == 'u';
      int unit = isUnit ? Integer.parseInt(json, i + 2, i + 6, 16) : -1;
      if (unit == 0 && !holdsNul) {
        throw cannotHold(docId, "metadata", "without U+0000", "one");
      }
      if (isUnit && Character.isSurrogate((char) unit) && !holdsSurrogates) {
        throw cannotHold(docId, "metadata", "without unpaired surrogates", "one");
      }
      i += isUnit ? 6 : 2;
    }
  }

  /** The driver puts a backslash before some characters. */
  private static long escaped(String text) {
    return escaped(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long escaped(byte[] bytes) {
    long size = bytes.length;
    for (byte b : bytes) {
      if (b == 0 || b == '\'' || b == '"' || b == '\\') {
        size++;
      }
    }
    return size;
  }
}
