package org.kyneta.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which pages a write-ahead log holds, as far as its checksums hold and transactions were finished.
 *
 * @param offsets where in the log the newest of each page is
 * @param databasePages how many pages the database has with them
 * @param pageSize the size of a page in bytes, 0 without a log
 * @param framesBehindDamage how many pages stand behind the first one whose checksum does not hold
 */
record LogFrames(
    Map<Integer, Long> offsets, int databasePages, int pageSize, long framesBehindDamage) {

  static final LogFrames NONE = new LogFrames(Map.of(), 0, 0, 0);

  private static final int HEADER = 32;
  private static final int FRAME_HEADER = 24;
  private static final int MAGIC = 0x377f0682;

  boolean isEmpty() {
    return offsets.isEmpty();
  }

  /** Returns where a page is; null if it is not in the log. */
  @Nullable Long offset(int page) {
    return offsets.get(page);
  }

  /** The bytes of a log. */
  interface Bytes {

    /** Reads as many as there is room for, and returns whether there were as many. */
    boolean read(long offset, byte[] into) throws IOException;
  }

  static LogFrames read(Bytes log, long size) throws IOException {
    ByteBuffer header = at(log, 0, HEADER);
    if (header == null || (header.getInt(0) & ~1) != MAGIC) {
      return NONE;
    }
    int pageSize = header.getInt(8);
    if (pageSize < 512 || pageSize > 65_536 || Integer.bitCount(pageSize) != 1) {
      return NONE;
    }
    Sums sums = new Sums((header.getInt(0) & 1) == 1);
    sums.add(header, 0, 24);
    if (!sums.are(header, 24)) {
      return new LogFrames(Map.of(), 0, 0, (size - HEADER) / (FRAME_HEADER + pageSize));
    }
    return frames(log, header, pageSize, sums);
  }

  private static LogFrames frames(Bytes log, ByteBuffer header, int pageSize, Sums sums)
      throws IOException {
    Map<Integer, Long> committed = new HashMap<>();
    Map<Integer, Long> pending = new HashMap<>();
    int databasePages = 0;
    long behind = 0;
    boolean damaged = false;
    long length = FRAME_HEADER + (long) pageSize;
    for (long at = HEADER; ; at += length) {
      ByteBuffer frame = at(log, at, (int) length);
      if (frame == null || frame.getLong(8) != header.getLong(16)) {
        // The end, or what is left of an older log.
        break;
      }
      if (!damaged) {
        sums.add(frame, 0, 8);
        sums.add(frame, FRAME_HEADER, pageSize);
        damaged = !sums.are(frame, 16);
      }
      if (damaged) {
        behind++;
        continue;
      }
      pending.put(frame.getInt(0), at + FRAME_HEADER);
      if (frame.getInt(4) != 0) {
        databasePages = frame.getInt(4);
        committed.putAll(pending);
        pending.clear();
      }
    }
    return committed.isEmpty()
        ? new LogFrames(Map.of(), 0, 0, behind)
        : new LogFrames(committed, databasePages, pageSize, behind);
  }

  private static @Nullable ByteBuffer at(Bytes log, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    return log.read(offset, bytes) ? ByteBuffer.wrap(bytes) : null;
  }

  /** The two running sums of a log's header and frames. */
  private static final class Sums {

    private final ByteOrder order;
    private int first;
    private int second;

    Sums(boolean bigEndian) {
      this.order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    void add(ByteBuffer bytes, int from, int length) {
      ByteBuffer words = bytes.duplicate().order(order);
      for (int i = from; i < from + length; i += 8) {
        first += words.getInt(i) + second;
        second += words.getInt(i + 4) + first;
      }
    }

    boolean are(ByteBuffer bytes, int at) {
      return bytes.getInt(at) == first && bytes.getInt(at + 4) == second;
    }
  }
}
