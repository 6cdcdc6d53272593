package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** Processes that write, one after the other, each started while the one before it writes. */
final class Writers implements AutoCloseable {

  private final Path folder;
  private WriterProcess next;

  /**
   * Starts the first.
   *
   * @param folder where they unpack SQLite's library, and complain
   */
  Writers(Path folder) throws IOException {
    this.folder = folder;
    this.next = WriterProcess.start(folder);
  }

  /** Returns a process that waits for its assignment; the caller closes it. */
  WriterProcess take() throws IOException {
    WriterProcess taken = next;
    next = WriterProcess.start(folder);
    return taken;
  }

  @Override
  public void close() {
    next.close();
  }
}
