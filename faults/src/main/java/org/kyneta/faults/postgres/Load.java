package org.kyneta.faults.postgres;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;

/** Several writers at once, before a fault, while it goes on, and after it. */
final class Load {

  /** How many writes each has acknowledged before the fault, and again after it. */
  private static final int WRITES = 40;

  private static final int MOST = 10;

  private final List<Writer> writers = new ArrayList<>();

  /**
   * Makes them.
   *
   * @param prefix what the names of all documents begin with
   */
  Load(int writers, long seed, String prefix, Score score) {
    for (int i = 0; i < writers; i++) {
      this.writers.add(new Writer(prefix + "w" + i, seed, score));
    }
  }

  /** What happens to the store while it is written to. */
  @FunctionalInterface
  interface Event {
    void happen() throws IOException, InterruptedException;
  }

  /** Lets all write, before something happens, meanwhile, and afterwards. */
  void runAcross(Store store, Event event) throws IOException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(writers.size());
    AtomicBoolean isOver = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> running = new ArrayList<>();
      for (Writer writer : writers) {
        running.add(
            threads.submit(() -> {
              try {
                writer.write(store, WRITES);
              } finally {
                begun.countDown();
              }
              boolean isAble = true;
              while (isAble && !isOver.get()) {
                isAble = writer.write(store, 1);
              }
              writer.write(store, WRITES);
            }));
      }
      begun.await();
      try {
        event.happen();
      } finally {
        isOver.set(true);
      }
      for (Future<?> future : running) {
        finish(future);
      }
    }
  }

  private static void finish(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a writer failed", e.getCause());
    }
  }

  /** Compares all that was written with what is there. */
  void judge(Store store, String when) {
    writers.forEach(writer -> writer.judge(store, when));
  }

  /** Returns what writes have failed of that changed nothing, the first few. */
  List<StorageException> failures() {
    return writers.stream().flatMap(writer -> writer.failures().stream()).limit(MOST).toList();
  }
}
