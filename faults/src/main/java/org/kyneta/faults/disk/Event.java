package org.kyneta.faults.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the shim has seen: an entry of its log ({@code struct entry} in disk.c). */
sealed interface Event {

  /** A file was opened. */
  record Opened(String path, long inode, boolean isNew) implements Event {}

  /** Bytes were written. */
  record Written(long inode, long offset, byte[] bytes) implements Event {}

  /** A file or folder was brought to the disk, or was not. */
  record Synced(long inode, boolean failed) implements Event {}

  /** A file has another length. */
  record Truncated(long inode, long length) implements Event {}

  /** A file has lost its name. */
  record Unlinked(String path) implements Event {}

  /** Something failed, and nothing has changed. */
  record Failed() implements Event {}

  /** Reads a log. */
  static List<Event> parse(byte[] log) {
    ByteBuffer in = ByteBuffer.wrap(log).order(ByteOrder.nativeOrder());
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      int operation = in.getInt();
      boolean failed = in.getInt() != 0;
      long inode = in.getLong();
      long offset = in.getLong();
      byte[] bytes = new byte[Math.toIntExact(in.getLong())];
      in.get(bytes);
      events.add(event(operation, failed, inode, offset, bytes));
    }
    return events;
  }

  private static Event event(int operation, boolean failed, long inode, long offset, byte[] bytes) {
    if (operation == 3) {
      return new Synced(inode, failed);
    }
    if (failed) {
      return new Failed();
    }
    return switch (operation) {
      case 1 -> new Opened(new String(bytes, StandardCharsets.UTF_8), inode, offset != 0);
      case 2 -> new Written(inode, offset, bytes);
      case 4 -> new Truncated(inode, offset);
      case 5 -> new Unlinked(new String(bytes, StandardCharsets.UTF_8));
      default -> throw new IllegalStateException("expected an operation, found " + operation);
    };
  }
}
