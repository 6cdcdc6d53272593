package org.kyneta.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Row;
import org.kyneta.store.StorageException;

/**
 * Reads rows in the binary form of COPY (PostgreSQL manual, COPY, "Binary Format"), from pieces
 * that need not end where a row does. Columns are counted from 1.
 */
final class CopyRows {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INTEGER = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private static final int HEADER_BYTES = SIGNATURE.length + 2 * Integer.BYTES;
  private static final int MOST_COLUMNS = 8;
  private static final byte[] ENTRY = Row.ENTRY.getBytes(StandardCharsets.UTF_8);
  private static final byte[] META = Row.META.getBytes(StandardCharsets.UTF_8);

  private byte[] data = {};
  private int at;
  private boolean begun;
  private boolean ended;
  private final int[] from = new int[MOST_COLUMNS];
  private final int[] length = new int[MOST_COLUMNS];

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
  }

  /** Adds a piece behind what has not been read. */
  void add(byte[] piece) {
    if (at == data.length) {
      data = piece;
    } else {
      byte[] both = Arrays.copyOfRange(data, at, data.length + piece.length);
      System.arraycopy(piece, 0, both, data.length - at, piece.length);
      data = both;
    }
    at = 0;
  }

  /** Goes to the next row; returns false if it is not all here. */
  boolean next() {
    if (!begun && !begin()) {
      return false;
    }
    if (ended || data.length - at < Short.BYTES) {
      return false;
    }
    int columns = (short) SHORT.get(data, at);
    if (columns < 0) {
      at += Short.BYTES;
      ended = true;
      return false;
    }
    if (columns > MOST_COLUMNS) {
      throw broken("at most " + MOST_COLUMNS + " columns", columns + " columns");
    }
    int position = at + Short.BYTES;
    for (int column = 0; column < columns; column++) {
      if (data.length - position < Integer.BYTES) {
        return false;
      }
      int bytes = (int) INTEGER.get(data, position);
      position += Integer.BYTES;
      if (bytes > data.length - position) {
        return false;
      }
      from[column] = position;
      length[column] = bytes;
      position += Math.max(0, bytes);
    }
    at = position;
    return true;
  }

  private boolean begin() {
    if (data.length - at < HEADER_BYTES) {
      return false;
    }
    if (!Arrays.equals(data, at, at + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw broken("the signature of COPY's binary form", "something else");
    }
    int extension = (int) INTEGER.get(data, at + HEADER_BYTES - Integer.BYTES);
    if (data.length - at - HEADER_BYTES < extension) {
      return false;
    }
    at += HEADER_BYTES + extension;
    begun = true;
    return true;
  }

  /** Checks, when no more pieces come, that the last row has come whole. */
  void requireEnd() {
    if (!ended || at != data.length) {
      throw broken("the end of the rows", "the end of the answer before it");
    }
  }

  /** Returns a column of the current row as a number of 4 or 8 bytes; {@code absent} for NULL. */
  long integer(int column, long absent) {
    int position = from[column - 1];
    return switch (length[column - 1]) {
      case -1 -> absent;
      case Integer.BYTES -> (int) INTEGER.get(data, position);
      case Long.BYTES -> (long) LONG.get(data, position);
      default -> throw broken("a number of 4 or 8 bytes", length[column - 1] + " bytes");
    };
  }

  boolean isNull(int column) {
    return length[column - 1] < 0;
  }

  /** Returns a column's bytes; null for NULL. */
  byte @Nullable [] bytes(int column) {
    int bytes = length[column - 1];
    int position = from[column - 1];
    return bytes < 0 ? null : Arrays.copyOfRange(data, position, position + bytes);
  }

  /** Returns a column as a record's kind, whatever it is; null for NULL. */
  @Nullable String kind(int column) {
    int position = from[column - 1];
    int end = position + Math.max(0, length[column - 1]);
    if (Arrays.equals(data, position, end, ENTRY, 0, ENTRY.length)) {
      return Row.ENTRY;
    }
    if (Arrays.equals(data, position, end, META, 0, META.length)) {
      return Row.META;
    }
    return length[column - 1] < 0
        ? null
        : new String(data, position, end - position, StandardCharsets.UTF_8);
  }

  private static StorageException broken(String expected, String found) {
    return new StorageException(
        "the server's answer to COPY: expected %s, found %s".formatted(expected, found), null);
  }
}
