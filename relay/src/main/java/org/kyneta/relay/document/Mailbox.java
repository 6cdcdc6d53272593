package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The tasks of one document: they are done one after the other, by a thread that lives only while
 * there are any. Whoever does them is given all that wait at once.
 */
final class Mailbox {

  private final Executor executor;
  private final Consumer<List<Task>> worker;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Task> waiting = new ArrayList<>(2);
  private boolean working;
  private boolean closed;

  /**
   * Makes an empty mailbox.
   *
   * @param executor runs what does the tasks
   * @param worker does tasks in their order, and never throws
   */
  Mailbox(Executor executor, Consumer<List<Task>> worker) {
    this.executor = executor;
    this.worker = worker;
  }

  /** Adds a task; returns whether it was, which it is not once the mailbox is closed. */
  boolean post(Task task) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (!working) {
        try {
          executor.execute(this::work);
        } catch (RejectedExecutionException e) {
          closed = true;
          return false;
        }
        working = true;
      }
      waiting.add(task);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the mailbox if nothing waits; for the worker only. Returns whether it is closed. */
  boolean closeIfEmpty() {
    lock.lock();
    try {
      closed |= waiting.isEmpty();
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    List<Task> tasks = take();
    while (!tasks.isEmpty()) {
      worker.accept(tasks);
      tasks = take();
    }
  }

  private List<Task> take() {
    lock.lock();
    try {
      List<Task> taken = waiting;
      if (taken.isEmpty()) {
        working = false;
      } else {
        waiting = new ArrayList<>(2);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
