package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The memory through which the shim is told what to do ({@code struct control} in disk.c).
 *
 * <p>For one thread, and while no other uses the folder.
 */
final class Control {

  static final int BYTES = 4_096;

  private static final int CALLS = 0;
  private static final int FAIL_AT = 8;
  private static final int KIND = 16;
  private static final int LASTING = 24;
  private static final int COUNTING = 32;
  private static final int FAILED = 40;
  private static final int LOGGING = 48;

  private final MappedByteBuffer memory;

  private Control(MappedByteBuffer memory) {
    this.memory = memory;
  }

  static Control map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer memory = channel.map(MapMode.READ_WRITE, 0, BYTES);
      memory.order(ByteOrder.nativeOrder());
      return new Control(memory);
    }
  }

  /** Says whether what is done is logged. */
  void log(boolean on) {
    memory.putLong(LOGGING, on ? 1 : 0);
  }

  /** Counts from now on, and lets a call fail. */
  void arm(Failure failure) {
    memory.putLong(FAIL_AT, 0);
    memory.putLong(CALLS, 0);
    memory.putLong(FAILED, 0);
    memory.putLong(KIND, failure.kind().number());
    memory.putLong(COUNTING, failure.kind().counting());
    memory.putLong(LASTING, failure.lasting());
    memory.putLong(FAIL_AT, failure.call());
  }

  /** Lets no call fail any more. */
  void disarm() {
    memory.putLong(FAIL_AT, 0);
  }

  /** Returns how many calls have failed since it was armed. */
  long failed() {
    return memory.getLong(FAILED);
  }

  /** Returns how many calls there were since it was armed. */
  long calls() {
    return memory.getLong(CALLS);
  }
}
