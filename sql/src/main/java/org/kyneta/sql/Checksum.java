package org.kyneta.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The CRC-32C of a row (Castagnoli's polynomial, RFC 3720 appendix B.4), computed over its columns.
 *
 * <p>A text or a blob counts as its length in bytes, 8 bytes big-endian, and then its bytes, text
 * as UTF-8; NULL counts as the length -1 without bytes; a sequence number as 8 bytes big-endian. A
 * row of records has {@code doc_id}, {@code seq}, {@code kind}, {@code payload}, {@code blob}, one
 * of the metadata index {@code doc_id} and {@code data}.
 *
 * <p>An instance computes one checksum after the other for the rows of one document, and is not
 * safe for use by several threads.
 */
public final class Checksum {

  /** How many digits to the base of 16 a sequence number has that fits an {@code int}. */
  public static final int SEQ_DIGITS = 8;

  private static final byte[] META = "meta".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ENTRY = "entry".getBytes(StandardCharsets.UTF_8);

  private static final VarHandle NUMBER =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** How many bytes of columns are put together, since a CRC of many small pieces costs more. */
  private static final int GATHERED_BYTES = 512;

  private final CRC32C crc = new CRC32C();

  /** The document's id, with which every row begins, and behind it what is not summed yet. */
  private final byte[] gathered;

  private final int idEnd;
  private int from;
  private int end;

  /** Makes one for the rows of a document. */
  public Checksum(String docId) {
    byte[] id = docId.getBytes(StandardCharsets.UTF_8);
    gathered = new byte[Long.BYTES + id.length + GATHERED_BYTES];
    update(id);
    idEnd = end;
  }

  /**
   * Returns the checksum of a row of the metadata index.
   *
   * @param data the column's bytes
   * @return from 0 to 2<sup>32</sup> - 1
   */
  public long ofMeta(byte[] data) {
    begin();
    update(data);
    return value();
  }

  /**
   * Returns the checksum of a row of records.
   *
   * @param seq its sequence number
   * @param kind its kind
   * @param payload the column's bytes, or null
   * @param blob the column's bytes, or null
   * @return from 0 to 2<sup>32</sup> - 1
   */
  public long ofRecord(long seq, String kind, byte @Nullable [] payload, byte @Nullable [] blob) {
    begin();
    updateNumber(seq);
    update(
        switch (kind) {
          case Row.META -> META;
          case Row.ENTRY -> ENTRY;
          default -> kind.getBytes(StandardCharsets.UTF_8);
        });
    update(payload);
    update(blob);
    return value();
  }

  /**
   * Returns by what each digit of a sequence number below 2<sup>32</sup> changes the checksum of a
   * row of records: for whoever learns the number only where the row is inserted. A CRC is linear,
   * so the checksum is the one with number 0, XOR what each digit changes.
   *
   * @param kind its kind
   * @param payload the column's bytes, or null
   * @param blob the column's bytes, or null
   * @return 16 numbers, one for each value, for each of the {@link #SEQ_DIGITS} digits to the base
   *     of 16, the least significant first
   */
  public long[] changesBySeq(String kind, byte @Nullable [] payload, byte @Nullable [] blob) {
    long zero = ofRecord(0, kind, payload, blob);
    long[] changes = new long[16 * SEQ_DIGITS];
    for (int digit = 0; digit < SEQ_DIGITS; digit++) {
      for (int bit = 1; bit < 16; bit *= 2) {
        long change = zero ^ ofRecord((long) bit << (4 * digit), kind, payload, blob);
        for (int value = bit; value < 2 * bit; value++) {
          changes[16 * digit + value] = change ^ changes[16 * digit + value - bit];
        }
      }
    }
    return changes;
  }

  /** Returns what is wrong with a row whose stored checksum is not the one of its columns. */
  public static String mismatch(long stored, long computed) {
    return "checksum: expected %08x, found %08x".formatted(stored, computed);
  }

  private void begin() {
    crc.reset();
    from = 0;
    end = idEnd;
  }

  private long value() {
    sumGathered();
    return crc.getValue();
  }

  private void update(byte @Nullable [] bytes) {
    if (bytes == null) {
      updateNumber(-1);
      return;
    }
    updateNumber(bytes.length);
    if (bytes.length <= gathered.length - end) {
      System.arraycopy(bytes, 0, gathered, end, bytes.length);
      end += bytes.length;
    } else {
      sumGathered();
      crc.update(bytes, 0, bytes.length);
    }
  }

  private void updateNumber(long value) {
    if (gathered.length - end < Long.BYTES) {
      sumGathered();
    }
    NUMBER.set(gathered, end, value);
    end += Long.BYTES;
  }

  private void sumGathered() {
    crc.update(gathered, from, end - from);
    from = idEnd;
    end = idEnd;
  }
}
