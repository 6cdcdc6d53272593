package org.kyneta.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;

/**
 * Computes a stream's {@link Head} from its rows: the last sequence number, and the first 128 bits
 * of a SHA-256 over all rows.
 *
 * <p>The tables have no place for a counter of states, and the original would not keep one: so a
 * state is named by what is in it. Two states with the same rows have the same head. Checksums do
 * not count, since adding them changes no record. Not thread-safe.
 */
public final class HeadDigest {

  private static final int HEAD_BYTES = 16;

  private final MessageDigest sha;
  private final ByteBuffer lengths = ByteBuffer.allocate(3 * Long.BYTES);
  private long lastSeq = -1;

  /** Makes a digest of no rows. */
  public HeadDigest() {
    this.sha = sha256();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds the next row.
   *
   * @param seq its sequence number
   * @param kind its kind
   * @param payload the column's bytes, or null
   * @param blob the column's bytes, or null
   */
  public void add(long seq, String kind, byte @Nullable [] payload, byte @Nullable [] blob) {
    lastSeq = seq;
    lengths.clear();
    lengths.putLong(seq);
    lengths.putLong(payload == null ? -1 : payload.length);
    lengths.putLong(blob == null ? -1 : blob.length);
    sha.update(lengths.array());
    sha.update((byte) kind.length());
    sha.update(kind.getBytes(StandardCharsets.UTF_8));
    if (payload != null) {
      sha.update(payload);
    }
    if (blob != null) {
      sha.update(blob);
    }
  }

  /** Adds the next row. */
  public void add(Row row) {
    add(row.seq(), row.kind(), row.payload().getBytes(StandardCharsets.UTF_8), row.blob());
  }

  /** Returns the head of the rows so far, {@link Head#ABSENT} if there are none. */
  public Head head() {
    if (lastSeq < 0) {
      return Head.ABSENT;
    }
    try {
      byte[] hash = ((MessageDigest) sha.clone()).digest();
      return new Head(lastSeq + "-" + HexFormat.of().formatHex(hash, 0, HEAD_BYTES));
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's SHA-256 can be cloned", e);
    }
  }
}
