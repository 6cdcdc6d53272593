package org.kyneta.relay.document;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on threads, of which there are not more than so many at a time. While more waits, those
 * on whose behalf it is done have turns: whoever has much to be done waits for it long, and does
 * not let others wait. Thread-safe.
 */
final class Turns {

  private final Executor threads;
  private final int atATime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Queue<Runnable>> waiting = new HashMap<>();
  private final Queue<Object> order = new ArrayDeque<>();
  private int running;

  /**
   * Makes turns.
   *
   * @param threads starts a thread for each thing it is given
   * @param atATime how many run at a time, at least 1
   */
  Turns(Executor threads, int atATime) {
    this.threads = threads;
    this.atATime = atATime;
  }

  /**
   * Runs something at once or in its turn.
   *
   * @param owner on whose behalf it is done
   * @param work what is done, which must not throw
   * @throws RejectedExecutionException if the threads are shut down
   */
  void run(Object owner, Runnable work) {
    lock.lock();
    try {
      if (running < atATime) {
        threads.execute(() -> runOneByOne(work));
        running++;
        return;
      }
      Queue<Runnable> queue = waiting.get(owner);
      if (queue == null) {
        queue = new ArrayDeque<>();
        waiting.put(owner, queue);
        order.add(owner);
      }
      queue.add(work);
    } finally {
      lock.unlock();
    }
  }

  private void runOneByOne(Runnable first) {
    for (Runnable work = first; work != null; work = next()) {
      work.run();
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Object owner = order.poll();
      Queue<Runnable> queue = owner == null ? null : waiting.get(owner);
      if (owner == null || queue == null) {
        running--;
        return null;
      }
      Runnable work = queue.remove();
      if (queue.isEmpty()) {
        waiting.remove(owner);
      } else {
        order.add(owner);
      }
      return work;
    } finally {
      lock.unlock();
    }
  }
}
