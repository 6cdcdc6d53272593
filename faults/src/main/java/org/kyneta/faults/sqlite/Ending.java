package org.kyneta.faults.sqlite;

import java.io.IOException;

/** How a process that writes ends. */
@FunctionalInterface
interface Ending {

  /** As {@code kill -9} does. */
  Ending KILL = WriterProcess::kill;

  /** Ends it, without giving it the chance to do anything about it. */
  void strike(WriterProcess process) throws IOException, InterruptedException;

  /** Brings back what else has ended with it, once it has ended. */
  default void recover() throws IOException, InterruptedException {}
}
