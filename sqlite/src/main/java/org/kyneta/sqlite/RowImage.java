package org.kyneta.sqlite;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A row as SQLite writes it: the types of its columns, and then their values. */
final class RowImage {

  private static final int MOST_COLUMNS = 64;

  private final byte[] payload;
  private final long[] types;
  private final int[] starts;

  private RowImage(byte[] payload, long[] types, int[] starts) {
    this.payload = payload;
    this.types = types;
    this.starts = starts;
  }

  /** Reads a cell's row, with what of it is on other pages; null if it is none. */
  static @Nullable RowImage of(DamagedFile file, TreePage page, int cell) {
    TreePage.Cell found = page.cell(cell);
    if (found == null) {
      return null;
    }
    byte[] payload = payload(file, page, found);
    return payload == null ? null : parse(payload);
  }

  private static byte @Nullable [] payload(DamagedFile file, TreePage page, TreePage.Cell cell) {
    if (cell.overflow() == 0) {
      return Arrays.copyOfRange(page.bytes(), cell.from(), cell.from() + cell.local());
    }
    if (cell.payload() > Math.min(Integer.MAX_VALUE - 8L, (long) file.pages() * file.usable())) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(page.bytes(), cell.from(), cell.local());
    Set<Long> seen = new HashSet<>();
    long next = cell.overflow();
    while (bytes.size() < cell.payload()) {
      byte[] overflow = seen.add(next) ? file.page(next) : null;
      if (overflow == null) {
        return null;
      }
      bytes.write(overflow, 4, (int) Math.min(file.usable() - 4L, cell.payload() - bytes.size()));
      next = TreePage.u32(overflow, 0);
    }
    return next == 0 ? bytes.toByteArray() : null;
  }

  /** The lengths must come out exactly: what was turned into NULL is not taken for it. */
  private static @Nullable RowImage parse(byte[] payload) {
    long headerLength = varint(payload, 0, payload.length);
    int at = varintLength(payload, 0, payload.length);
    if (headerLength < at || headerLength > payload.length) {
      return null;
    }
    long[] types = new long[MOST_COLUMNS];
    int[] starts = new int[MOST_COLUMNS + 1];
    long start = headerLength;
    int columns = 0;
    while (at < headerLength && columns < MOST_COLUMNS) {
      long type = varint(payload, at, (int) headerLength);
      at += varintLength(payload, at, (int) headerLength);
      long length = length(type);
      if (length < 0 || start + length > payload.length) {
        return null;
      }
      types[columns] = type;
      starts[columns] = (int) start;
      start += length;
      columns++;
    }
    if (at != headerLength || start != payload.length) {
      return null;
    }
    starts[columns] = (int) start;
    return new RowImage(payload, Arrays.copyOf(types, columns), starts);
  }

  private static long length(long type) {
    if (type >= 12) {
      return (type - 12) / 2;
    }
    return switch ((int) type) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> type;
      case 5 -> 6;
      case 6, 7 -> 8;
      default -> -1;
    };
  }

  /** Returns a number of up to 9 bytes; negative if it does not end in time, or is too large. */
  static long varint(byte[] bytes, int at, int end) {
    long value = 0;
    for (int i = 0; i < 9; i++) {
      if (at + i >= end) {
        return -1;
      }
      byte b = bytes[at + i];
      if (i == 8) {
        return value << 8 | (b & 0xff);
      }
      value = value << 7 | (b & 0x7f);
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  static int varintLength(byte[] bytes, int at, int end) {
    int length = 1;
    while (length < 9 && at + length - 1 < end && bytes[at + length - 1] < 0) {
      length++;
    }
    return length;
  }

  int columns() {
    return types.length;
  }

  boolean isNull(int column) {
    return types[column] == 0;
  }

  boolean isInteger(int column) {
    return (types[column] >= 1 && types[column] <= 6) || types[column] == 8 || types[column] == 9;
  }

  boolean isText(int column) {
    return types[column] >= 13 && types[column] % 2 == 1;
  }

  boolean isBlob(int column) {
    return types[column] >= 12 && types[column] % 2 == 0;
  }

  long integer(int column) {
    if (types[column] == 8 || types[column] == 9) {
      return types[column] - 8;
    }
    long value = payload[starts[column]];
    for (int i = starts[column] + 1; i < starts[column + 1]; i++) {
      value = value << 8 | (payload[i] & 0xff);
    }
    return value;
  }

  byte[] bytes(int column) {
    return Arrays.copyOfRange(payload, starts[column], starts[column + 1]);
  }
}
