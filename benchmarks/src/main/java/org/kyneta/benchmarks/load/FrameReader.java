package org.kyneta.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes apart what a WebSocket server sends, of whose frames none is masked. Not thread-safe. */
final class FrameReader {

  private static final int FIN = 0x80;
  private static final int OP_CODE = 0x0f;
  private static final int FIRST_CONTROL = 8;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Sink sink;
  private byte[] bytes = new byte[1 << 10];
  private int from;
  private int to;
  private byte[] message = new byte[0];
  private int messageOpCode;

  /** Takes whole messages and control frames; the payload is valid until the call returns. */
  interface Sink {

    void frame(int opCode, ByteBuffer payload);
  }

  FrameReader(Sink sink) {
    this.sink = sink;
  }

  /** Adds what has come. */
  void add(ByteBuffer more) {
    int count = more.remaining();
    if (bytes.length - to < count) {
      int kept = to - from;
      byte[] target = kept + count > bytes.length ? new byte[2 * (kept + count)] : bytes;
      System.arraycopy(bytes, from, target, 0, kept);
      bytes = target;
      from = 0;
      to = kept;
    }
    more.get(bytes, to, count);
    to += count;
  }

  /** Returns the head of the answer to the handshake, or null while it is incomplete. */
  @Nullable String head() {
    for (int end = from; end + END_OF_HEAD.length <= to; end++) {
      if (Arrays.equals(bytes, end, end + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        String head = new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        from = end + END_OF_HEAD.length;
        return head;
      }
    }
    return null;
  }

  /** Hands on all that is complete. */
  void frames() {
    boolean more = true;
    while (more) {
      more = next();
    }
    if (from == to) {
      from = 0;
      to = 0;
    }
  }

  private boolean next() {
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    if (in.remaining() < 2) {
      return false;
    }
    int first = in.get();
    int size = in.get();
    int lengthBytes = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (in.remaining() < lengthBytes) {
      return false;
    }
    long length =
        lengthBytes == 2 ? in.getShort() & 0xffff : lengthBytes == 8 ? in.getLong() : size;
    if (in.remaining() < length) {
      return false;
    }
    int start = in.position();
    from = Math.toIntExact(start + length);
    frame(first, start, (int) length);
    return true;
  }

  private void frame(int first, int start, int length) {
    int opCode = first & OP_CODE;
    boolean isLast = (first & FIN) != 0;
    if (opCode >= FIRST_CONTROL || (isLast && opCode != 0)) {
      sink.frame(opCode, ByteBuffer.wrap(bytes, start, length));
      return;
    }
    if (opCode != 0) {
      messageOpCode = opCode;
      message = new byte[0];
    }
    int before = message.length;
    message = Arrays.copyOf(message, before + length);
    System.arraycopy(bytes, start, message, before, length);
    if (isLast) {
      byte[] whole = message;
      message = new byte[0];
      sink.frame(messageOpCode, ByteBuffer.wrap(whole));
    }
  }
}
