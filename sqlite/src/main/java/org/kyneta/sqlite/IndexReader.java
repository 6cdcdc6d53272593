package org.kyneta.sqlite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Checksum;
import org.kyneta.sql.RowCodec;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.StoreMeta;

/**
 * Reads rows of the metadata index, and checks their checksums. Safe for use by several threads.
 *
 * <p>The documents of an application have few different metadata. So what was read last is kept,
 * and bytes that are the same are not parsed again.
 */
final class IndexReader {

  /** Beyond this many bytes metadata is too large to be kept for long. */
  private static final int LARGEST_KEPT = 4096;

  private final RowCodec codec;
  private volatile @Nullable Parsed last;

  IndexReader(RowCodec codec) {
    this.codec = codec;
  }

  private record Parsed(byte[] data, StoreMeta meta) {}

  /**
   * Reads the columns {@code data} and {@code crc32c}, the first two, of the current row.
   *
   * @return the metadata, or null if {@code data} is NULL
   * @throws CorruptDataException if they cannot be read
   */
  @Nullable StoreMeta read(String docId, Rows rows) {
    byte[] data = rows.bytes(1);
    if (data == null) {
      return null;
    }
    long checksum = rows.integer(2);
    if (checksum != 0 || !rows.isNull(2)) {
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
