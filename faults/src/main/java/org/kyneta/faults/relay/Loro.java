package org.kyneta.faults.relay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.digest.XXHash32;

/** Changes of one operation each, as Loro exports them; what is behind their heads is made up. */
final class Loro {

  private static final int SEED = 0x4f524f4c;
  private static final int HASH_AT = 16;
  private static final int HASHED_FROM = 20;
  private static final int BODY = 22;
  private static final int UPDATES = 4;

  private Loro() {}

  static byte[] edit(int writer, int number) {
    byte[] block = block(writer, number);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Varints.write(body, block.length);
    body.writeBytes(block);
    ByteBuffer blob = ByteBuffer.allocate(BODY + body.size()).order(ByteOrder.LITTLE_ENDIAN);
    blob.put("loro".getBytes(StandardCharsets.US_ASCII));
    blob.put(BODY - 1, (byte) UPDATES).put(BODY, body.toByteArray());
    XXHash32 hash = new XXHash32(SEED);
    hash.update(blob.array(), HASHED_FROM, blob.capacity() - HASHED_FROM);
    return blob.putInt(HASH_AT, (int) hash.getValue()).array();
  }

  private static byte[] block(int writer, int number) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    // Where counter and Lamport time begin, how long they are, and how many changes there are.
    for (int field : new int[] {number - 1, 1, number - 1, 1, 1}) {
      Varints.write(block, field);
    }
    Varints.write(block, 1 + Long.BYTES);
    Varints.write(block, 1);
    block.writeBytes(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(writer).array());
    return block.toByteArray();
  }
}
