package org.kyneta.relay.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.WireException.Reason;

/**
 * A frame: bytes that are a payload, or a piece of one.
 *
 * @param fragment where the piece belongs, or null if the payload is complete
 * @param bytes an array that holds the payload
 * @param from where in the array it begins
 * @param to where it ends
 */
record Frame(@Nullable Fragment fragment, byte[] bytes, int from, int to) {

  private static final int COMPLETE = 0;
  private static final int FRAGMENT = 1;

  /**
   * Where a piece of a payload belongs.
   *
   * @param group the number that all pieces have
   * @param index the piece's place, from 0
   * @param total how many pieces there are
   * @param totalSize the size of the payload in bytes, from 0 to 2^32 - 1
   */
  record Fragment(int group, int index, int total, long totalSize) {}

  /** Reads a frame. Bytes after the payload are passed over, as the original does. */
  static Frame read(WireVersion version, byte[] bytes, int from, int to) throws WireException {
    int header = version.headerSize();
    if (to - from < header) {
      throw tooShort(header, to - from);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int type = in.get(from + 1);
    long length = Integer.toUnsignedLong(in.getInt(from + 2));
    if (type != COMPLETE && type != FRAGMENT) {
      throw new WireException(
          Reason.FRAME, "frame: expected type 0 or 1, found " + Byte.toUnsignedInt((byte) type));
    }
    int start = header + (type == FRAGMENT ? version.fragmentSize() : 0);
    if (to - from - start < length) {
      throw tooShort(start + length, to - from);
    }
    Fragment fragment = type == FRAGMENT ? fragment(version, in, from) : null;
    return new Frame(fragment, bytes, from + start, (int) (from + start + length));
  }

  private static Fragment fragment(WireVersion version, ByteBuffer in, int from) {
    int meta = from + version.headerSize();
    int group;
    if (version == WireVersion.V1) {
      group = Short.toUnsignedInt(in.getShort(meta));
      meta += Short.BYTES;
    } else {
      group = in.getInt(from + 6);
    }
    return new Fragment(
        group,
        Short.toUnsignedInt(in.getShort(meta)),
        Short.toUnsignedInt(in.getShort(meta + 2)),
        Integer.toUnsignedLong(in.getInt(meta + 4)));
  }

  private static WireException tooShort(long expected, int found) {
    return new WireException(
        Reason.FRAME, "frame: expected at least " + expected + " bytes, found " + found);
  }

  /** Makes the header of a complete frame. */
  static byte[] header(WireVersion version, int length, int sequence) {
    ByteBuffer out = ByteBuffer.allocate(version.headerSize());
    putHeader(out, version, COMPLETE, length, sequence);
    return out.array();
  }

  /** Makes a complete frame. */
  static ByteBuffer complete(WireVersion version, Body body, int sequence) {
    ByteBuffer out = ByteBuffer.allocate(Math.addExact(version.headerSize(), body.size()));
    putHeader(out, version, COMPLETE, body.size(), sequence);
    body.put(0, body.size(), out);
    return out.flip();
  }

  /** Makes the frame of a piece of a payload. */
  static ByteBuffer fragment(WireVersion version, Body body, Fragment place, int from, int to) {
    int length = to - from;
    ByteBuffer out = ByteBuffer.allocate(version.headerSize() + version.fragmentSize() + length);
    putHeader(out, version, FRAGMENT, length, place.group());
    if (version == WireVersion.V1) {
      out.putShort((short) place.group());
    }
    out.putShort((short) place.index()).putShort((short) place.total());
    out.putInt((int) place.totalSize());
    body.put(from, to, out);
    return out.flip();
  }

  private static void putHeader(
      ByteBuffer out, WireVersion version, int type, int length, int sequence) {
    out.put((byte) version.number()).put((byte) type).putInt(length);
    if (version != WireVersion.V1) {
      out.putInt(sequence);
    }
  }
}
