package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.kyneta.faults.disk.Event.Written;

/**
 * What a session says of itself, between what it does to its files: a write to a file of its own.
 *
 * @param operation the number of the operation
 */
record Mark(Kind kind, int operation) {

  private static final byte BEGUN = 'b';
  private static final byte ACKNOWLEDGED = 'a';

  enum Kind {
    BEGUN,
    ACKNOWLEDGED
  }

  static Path file(Path folder) {
    return folder.resolve("marks");
  }

  byte[] bytes() {
    return ByteBuffer.allocate(5)
        .put(kind == Kind.BEGUN ? BEGUN : ACKNOWLEDGED)
        .putInt(operation)
        .array();
  }

  static Mark of(Written written) throws IOException {
    if (written.bytes().length != 5) {
      throw new IOException("expected a mark of 5 bytes, found " + written.bytes().length);
    }
    ByteBuffer in = ByteBuffer.wrap(written.bytes());
    return new Mark(in.get() == BEGUN ? Kind.BEGUN : Kind.ACKNOWLEDGED, in.getInt());
  }
}
