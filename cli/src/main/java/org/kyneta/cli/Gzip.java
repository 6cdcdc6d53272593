package org.kyneta.cli;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Input that may be gzipped, which is told by its first two bytes. */
final class Gzip {

  /** The most bytes that one compressed byte may become, once there is much of it. */
  static final int LARGEST_RATIO = 500;

  /** How many bytes may come of anything, however few it was. */
  static final long ALWAYS_ALLOWED = 256L << 20;

  private static final String MAGIC = "1f8b";
  private static final int BUFFER = 1 << 16;

  private static final Map<String, String> OTHERS =
      Map.of("28b52ffd", "zstd", "fd377a58", "xz", "425a6839", "bzip2", "504b0304", "zip");

  private Gzip() {}

  /**
   * Returns whether what follows is gzipped. Nothing is taken from it.
   *
   * @throws IOException if it cannot be read, or is compressed in another way
   */
  static boolean isNext(BufferedInputStream in) throws IOException {
    in.mark(4);
    String magic = HexFormat.of().formatHex(in.readNBytes(4));
    in.reset();
    String other = OTHERS.get(magic);
    if (other != null) {
      throw new IOException(
          "expected it to be plain or gzipped, found it compressed with %s; unpack it first"
              .formatted(other));
    }
    return magic.startsWith(MAGIC);
  }

  /** Returns what was gzipped; reading it fails where so much comes of so little as of a bomb. */
  static InputStream unzipped(InputStream in) throws IOException {
    Counting compressed = new Counting(in);
    return new BufferedInputStream(
        new Bounded(new GZIPInputStream(compressed, BUFFER), compressed), BUFFER);
  }

  private static class Counting extends FilterInputStream {

    long bytes;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytes += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      bytes += Math.max(0, count);
      return count;
    }
  }

  private static final class Bounded extends Counting {

    private final Counting compressed;

    Bounded(InputStream in, Counting compressed) {
      super(in);
      this.compressed = compressed;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, length);
      if (bytes > ALWAYS_ALLOWED && bytes / LARGEST_RATIO > compressed.bytes) {
        throw new IOException(
            "expected at most %d bytes of each that is compressed, found %d of %d; where that is right, unpack it first"
                .formatted(LARGEST_RATIO, bytes, compressed.bytes));
      }
      return count;
    }
  }
}
