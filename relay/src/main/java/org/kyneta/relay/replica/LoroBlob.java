package org.kyneta.relay.replica;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What Loro exports: a header with a checksum, and behind it blocks of changes or a snapshot. */
final class LoroBlob {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] MAGIC = {'l', 'o', 'r', 'o', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final int SEED = 0x4f524f4c;
  private static final int CHECKED_FROM = 20;
  private static final int BODY = 22;
  private static final int SNAPSHOT = 3;
  private static final int UPDATES = 4;

  private final byte[] bytes;
  private final boolean snapshot;

  private LoroBlob(byte[] bytes, boolean snapshot) {
    this.bytes = bytes;
    this.snapshot = snapshot;
  }

  /** Reads the header of a blob and checks the blob against it. */
  static LoroBlob parse(byte[] bytes) throws UnreadableException {
    if (bytes.length < BODY || !Arrays.equals(MAGIC, 0, 16, bytes, 0, 16)) {
      throw new UnreadableException(
          "expected a Loro blob, found %d bytes of something else".formatted(bytes.length));
    }
    if ((int) INT.get(bytes, MAGIC.length) != checksum(bytes, bytes.length)) {
      throw new UnreadableException(
          "expected a Loro blob of %d bytes to have the checksum that it says, found another"
              .formatted(bytes.length));
    }
    int mode = ((bytes[CHECKED_FROM] & 0xff) << 8) | (bytes[CHECKED_FROM + 1] & 0xff);
    if (mode != SNAPSHOT && mode != UPDATES) {
      throw new UnreadableException(
          "expected a Loro blob of mode 3 or 4, found mode %d".formatted(mode));
    }
    return new LoroBlob(bytes, mode == SNAPSHOT);
  }

  /** Returns a blob of blocks. */
  static byte[] of(List<LoroBlock> blocks) {
    BinaryOutput out = new BinaryOutput().write(MAGIC).write(new byte[4]).octet(0).octet(UPDATES);
    for (LoroBlock block : blocks) {
      block.write(out);
    }
    INT.set(out.array(), MAGIC.length, checksum(out.array(), out.size()));
    return out.toByteArray();
  }

  private static int checksum(byte[] bytes, int size) {
    return XxHash32.hash(bytes, CHECKED_FROM, size, SEED);
  }

  boolean isSnapshot() {
    return snapshot;
  }

  /** Returns the blocks of a blob that is no snapshot; those without a change are left out. */
  List<LoroBlock> blocks() throws UnreadableException {
    BinaryInput in = new BinaryInput(bytes, BODY, bytes.length);
    List<LoroBlock> blocks = new ArrayList<>();
    while (in.remaining() > 0) {
      LoroBlock block = LoroBlock.read(in);
      if (!block.isEmpty()) {
        blocks.add(block);
      }
    }
    return blocks;
  }
}
