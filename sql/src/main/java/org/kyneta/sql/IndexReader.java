package org.kyneta.sql;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.StoreMeta;

/**
 * Reads rows of the metadata index, and checks their checksums. Safe for use by several threads.
 *
 * <p>The documents of an application have few different metadata. So what was read last is kept,
 * and bytes that are the same are not parsed again.
 */
public final class IndexReader {

  /** Beyond this many bytes metadata is too large to be kept for long. */
  private static final int LARGEST_KEPT = 4096;

  private final RowCodec codec;
  private volatile @Nullable Parsed last;

  /** Makes a reader for the tables of a codec. */
  public IndexReader(RowCodec codec) {
    this.codec = codec;
  }

  private record Parsed(byte[] data, StoreMeta meta) {}

  /**
   * Reads a row.
   *
   * @param docId the document
   * @param data the column's bytes
   * @param checksum the row's checksum, or {@link StoredRow#NO_CHECKSUM}
   * @throws CorruptDataException if it cannot be read
   */
  public StoreMeta read(String docId, byte[] data, long checksum) {
    if (checksum != StoredRow.NO_CHECKSUM) {
      check(docId, data, checksum);
    }
    Parsed known = last;
    if (known != null && Arrays.equals(known.data, data)) {
      return known.meta;
    }
    StoreMeta meta = codec.decodeIndex(docId, data);
    if (data.length <= LARGEST_KEPT) {
      last = new Parsed(data, meta);
    }
    return meta;
  }

  private void check(String docId, byte[] data, long expected) {
    long computed = new Checksum(docId).ofMeta(data);
    if (computed != expected) {
      throw new CorruptDataException(
          docId,
          codec.tables().metaIn(codec.format()),
          Checksum.mismatch(expected, computed),
          null);
    }
  }
}
