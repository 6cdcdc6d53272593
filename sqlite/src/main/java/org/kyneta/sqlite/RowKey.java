package org.kyneta.sqlite;

import java.util.Arrays;

/**
 * The key of a row, in the order in which SQLite keeps them.
 *
 * @param docId the bytes of the id
 * @param seq the sequence number; 0 in the metadata index, which has none
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by compareTo alone.
record RowKey(byte[] docId, long seq) implements Comparable<RowKey> {

  @Override
  public int compareTo(RowKey other) {
    int ids = Arrays.compareUnsigned(docId, other.docId);
    return ids == 0 ? Long.compare(seq, other.seq) : ids;
  }
}
