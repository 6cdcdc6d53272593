package org.kyneta.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A log of binary updates, each after its length as four bytes, big-endian; plain or gzipped.
 *
 * <p>A plain log cannot be taken for a gzipped one: with gzip's first two bytes, its first update
 * would be longer than any may be.
 */
final class UpdateLog {

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final boolean compressed;
  private final int longest;
  private long offset;

  private UpdateLog(InputStream in, boolean compressed, int longest) {
    this.in = in;
    this.compressed = compressed;
    this.longest = longest;
  }

  /**
   * Begins to read a log.
   *
   * @param raw its bytes, plain or gzipped
   * @param longest how many bytes an update may have
   */
  static UpdateLog of(InputStream raw, int longest) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER);
    if (Gzip.isNext(buffered)) {
      return new UpdateLog(Gzip.unzipped(buffered), /* compressed= */ true, longest);
    }
    return new UpdateLog(buffered, /* compressed= */ false, longest);
  }

  /**
   * Reads the next update; null at the end.
   *
   * @throws EOFException if the log ends within an update
   */
  byte @Nullable [] next() throws IOException {
    byte[] length = in.readNBytes(Integer.BYTES);
    if (length.length == 0) {
      return null;
    }
    requireWhole(length, Integer.BYTES);
    long size = Integer.toUnsignedLong(ByteBuffer.wrap(length).getInt());
    if (size > longest) {
      throw new IOException(
          "expected an update of at most %d bytes, found one of %d".formatted(longest, size));
    }
    byte[] update = in.readNBytes((int) size);
    requireWhole(update, (int) size);
    offset += Integer.BYTES + size;
    return update;
  }

  private static void requireWhole(byte[] bytes, int expected) throws EOFException {
    if (bytes.length < expected) {
      throw new EOFException("the log ends within an update");
    }
  }

  boolean isCompressed() {
    return compressed;
  }

  /** Returns at which byte of the log, not counting its compression, the next update begins. */
  long offset() {
    return offset;
  }
}
