package org.kyneta.relay;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts WebSocket messages together from their frames. Not thread-safe. */
final class Assembler {

  private static final int FIRST_CAPACITY = 16 << 10;

  private final int limit;
  private byte[] bytes = new byte[0];
  private int size;

  /**
   * Makes an empty one.
   *
   * @param limit the size of the largest message in bytes
   */
  Assembler(int limit) {
    this.limit = limit;
  }

  /**
   * Adds a frame's payload.
   *
   * @return the message if it is whole now, which is valid until the next call; null if it is not
   * @throws TooLargeException if the message is larger than the limit
   */
  @Nullable ByteBuffer add(ByteBuffer payload, boolean isLast) throws TooLargeException {
    if (payload.remaining() > limit - size) {
      throw new TooLargeException();
    }
    if (isLast && size == 0) {
      return payload;
    }
    int end = size + payload.remaining();
    if (end > bytes.length) {
      long doubled = Math.max(FIRST_CAPACITY, 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(end, doubled)));
    }
    payload.get(bytes, size, payload.remaining());
    size = end;
    if (!isLast) {
      return null;
    }
    ByteBuffer message = ByteBuffer.wrap(bytes, 0, size);
    release();
    return message;
  }

  /** Forgets what has come of a message. */
  void release() {
    bytes = new byte[0];
    size = 0;
  }

  /** Returns how many bytes this takes. */
  int footprint() {
    return bytes.length;
  }

  /** Thrown for a message that is larger than it may be. */
  static final class TooLargeException extends Exception {

    private static final long serialVersionUID = 1L;

    private TooLargeException() {
      super("the message is too large", null, false, false);
    }
  }
}
