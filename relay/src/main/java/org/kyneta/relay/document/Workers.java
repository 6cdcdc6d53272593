package org.kyneta.relay.document;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads that do the documents' tasks. Whatever greedy peers want takes a few of them at a
 * time. Thread-safe.
 */
final class Workers {

  /** How many documents of greedy peers are written at a time, of which most wait for the disk. */
  private static final int WRITERS = 256;

  /**
   * How many are read at a time: not so many that others, too, would wait for {@link Hub#reading}.
   */
  private static final int READERS = Math.min(8, Runtime.getRuntime().availableProcessors());

  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kyneta-document-", 0).factory());
  private final Turns writing = new Turns(executor, WRITERS);
  private final Turns asking = new Turns(executor, READERS);

  /**
   * Does something at once.
   *
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  void start(Runnable work) {
    executor.execute(work);
  }

  /**
   * Does something that a greedy peer wants, in its turn.
   *
   * @param owner the peer
   * @param isWriting whether something is to be written, not read
   * @param work what is done
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  void queue(Object owner, boolean isWriting, Runnable work) {
    (isWriting ? writing : asking).run(owner, work);
  }

  /** Lets all be done and takes no more; returns whether it was done in time. */
  boolean close(Duration patience) {
    executor.shutdown();
    try {
      return executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
