package org.kyneta.relay.replica;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A block of changes that one peer has made in a row. All but its beginning stays unread.
 *
 * @param peer the peer, an unsigned number
 * @param start the peer's counter before the first change
 * @param end its counter after the last
 * @param bytes the block as it is written
 */
record LoroBlock(long peer, int start, int end, byte[] bytes) {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Reads a block with its length in front. */
  static LoroBlock read(BinaryInput in) throws UnreadableException {
    int length = in.block();
    int to = in.position();
    BinaryInput block = new BinaryInput(in.bytes(), to - length, to);
    long start = block.unsigned();
    long end = start + block.unsigned();
    if (end > Integer.MAX_VALUE) {
      throw block.broken("a counter below 2^31");
    }
    // Two Lamport times, which are not needed, and how many changes there are.
    block.unsigned();
    block.unsigned();
    block.unsigned();
    int headerLength = block.block();
    BinaryInput header =
        new BinaryInput(in.bytes(), block.position() - headerLength, block.position());
    if (header.count(8) == 0) {
      throw header.broken("a block's peer");
    }
    long peer = (long) LONG.get(in.bytes(), header.position());
    return new LoroBlock(
        peer, (int) start, (int) end, Arrays.copyOfRange(in.bytes(), to - length, to));
  }

  boolean isEmpty() {
    return start == end;
  }

  void write(BinaryOutput out) {
    out.unsigned(bytes.length).write(bytes);
  }
}
