package org.kyneta.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** Measures the time that work takes, and what all threads allocate on the heap meanwhile. */
final class Meter {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Meter() {}

  static Outcome measure(Supplier<Work> work) {
    long allocated = THREADS.getTotalThreadAllocatedBytes();
    long start = System.nanoTime();
    Work done = work.get();
    long nanoseconds = System.nanoTime() - start;
    return Outcome.of(done, nanoseconds)
        .withAllocated(THREADS.getTotalThreadAllocatedBytes() - allocated);
  }
}
