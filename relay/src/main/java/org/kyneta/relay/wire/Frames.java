package org.kyneta.relay.wire;

import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.kyneta.relay.wire.Frame.Fragment;

/** The frames of a message that is too large for one, each made when it is asked for. */
final class Frames extends AbstractList<ByteBuffer> implements RandomAccess {

  private static final int MOST = 0xffff;

  private final WireVersion version;
  private final Body body;
  private final int group;
  private final int pieceSize;
  private final int total;

  private Frames(WireVersion version, Body body, int group, int pieceSize, int total) {
    this.version = version;
    this.body = body;
    this.group = group;
    this.pieceSize = pieceSize;
    this.total = total;
  }

  /**
   * Cuts a payload.
   *
   * @throws IllegalArgumentException if it would take more than 65535 pieces
   */
  static List<ByteBuffer> of(WireVersion version, Body body, int group, int pieceSize) {
    int total = (body.size() - 1) / pieceSize + 1;
    if (total > MOST) {
      throw new IllegalArgumentException(
          "message: expected at most " + MOST + " fragments, found " + total);
    }
    return new Frames(version, body, group, pieceSize, total);
  }

  @Override
  public ByteBuffer get(int index) {
    Objects.checkIndex(index, total);
    int from = index * pieceSize;
    int to = (int) Math.min((long) from + pieceSize, body.size());
    return Frame.fragment(version, body, new Fragment(group, index, total, body.size()), from, to);
  }

  @Override
  public int size() {
    return total;
  }
}
