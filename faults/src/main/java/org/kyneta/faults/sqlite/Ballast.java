package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that takes all room on a disk but a little. */
public final class Ballast {

  /** How many bytes a page of a disk has. */
  public static final int PAGE = 4_096;

  private final Path file;

  /** Takes no room yet of the disk that a folder is on. */
  public Ballast(Path folder) {
    this.file = folder.resolve("ballast");
  }

  /**
   * Takes all room but some.
   *
   * @param pages how many pages of {@value #PAGE} bytes are left
   */
  public void fill(int pages) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      try {
        while (true) {
          channel.write(ByteBuffer.allocate(PAGE));
        }
      } catch (IOException full) {
        channel.truncate(Math.max(0, channel.size() - (long) pages * PAGE));
      }
    }
  }

  /** Gives the room back. */
  public void drop() throws IOException {
    Files.deleteIfExists(file);
  }
}
