package org.kyneta.faults.relay;

import java.io.IOException;

/** How a relay ends. */
@FunctionalInterface
interface Ending {

  /** As {@code kill -9} does. */
  Ending KILL = Serve::kill;

  /** Ends it, without giving it the chance to do anything about it. */
  void strike(Serve relay) throws IOException, InterruptedException;

  /** Brings back what else has ended with it, once it has ended. */
  default void recover() throws IOException, InterruptedException {}
}
