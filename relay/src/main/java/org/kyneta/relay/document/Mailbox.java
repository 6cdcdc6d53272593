package org.kyneta.relay.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.Task.FromPeer;
import org.kyneta.relay.document.Task.Left;
import org.kyneta.relay.document.Task.Offered;

/**
 * The tasks of one document: they are done one after the other, by a thread that lives only while
 * there are any. Those of one peer are done in their order; those of a greedy peer wait for its
 * turn, and for all that others want.
 */
final class Mailbox {

  private final Workers workers;
  private final Consumer<List<Task>> worker;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Task> urgent = new ArrayList<>(2);
  private List<Task> patient = new ArrayList<>(0);
  private boolean working;
  private boolean closed;

  /** Whether a thread is on its way to do what is urgent, or what is patient. */
  private boolean started;

  private boolean queued;

  /**
   * Makes an empty mailbox.
   *
   * @param workers gives threads
   * @param worker does tasks in their order, and never throws
   */
  Mailbox(Workers workers, Consumer<List<Task>> worker) {
    this.workers = workers;
    this.worker = worker;
  }

  /** Adds a task; returns whether it was, which it is not once the mailbox is closed. */
  boolean post(Task task) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      List<Task> tasks = mustWait(task) ? patient : urgent;
      tasks.add(task);
      try {
        arrange();
      } catch (RejectedExecutionException e) {
        tasks.removeLast();
        closed = true;
        return false;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a greedy peer's turn is to be waited for. */
  private boolean mustWait(Task task) {
    Peer peer = peer(task);
    return peer != null
        && (peer.isGreedy() || patient.stream().anyMatch(before -> peer.equals(peer(before))));
  }

  private static @Nullable Peer peer(Task task) {
    return switch (task) {
      case FromPeer fromPeer -> fromPeer.peer();
      case Left(Peer peer) -> peer;
      default -> null;
    };
  }

  /** Sees to it that a thread comes, if there is something to be done. */
  private void arrange() {
    if (working || started) {
      return;
    }
    if (!urgent.isEmpty()) {
      workers.start(this::workAtOnce);
      started = true;
    } else if (!patient.isEmpty() && !queued) {
      Task first = patient.getFirst();
      Peer owner = Objects.requireNonNull(peer(first));
      workers.queue(owner, first instanceof Offered, this::workInTurn);
      queued = true;
    }
  }

  private void workAtOnce() {
    work(() -> started = false);
  }

  private void workInTurn() {
    work(() -> queued = false);
  }

  private void work(Runnable arrive) {
    List<Task> tasks = begin(arrive);
    while (!tasks.isEmpty()) {
      worker.accept(tasks);
      tasks = end();
    }
  }

  /** Returns what is to be done now: nothing if another thread is doing it, or has. */
  private List<Task> begin(Runnable arrive) {
    lock.lock();
    try {
      arrive.run();
      if (working) {
        return List.of();
      }
      List<Task> tasks = take();
      working = !tasks.isEmpty();
      return tasks;
    } finally {
      lock.unlock();
    }
  }

  /** Leaves what came meanwhile to another turn; if there is none any more, returns it. */
  private List<Task> end() {
    lock.lock();
    try {
      working = false;
      try {
        arrange();
        return List.of();
      } catch (RejectedExecutionException e) {
        // The relay is being closed, and what was taken in is done before.
        working = true;
        return take();
      }
    } finally {
      lock.unlock();
    }
  }

  /** All that is urgent; or of the patient, offers one behind the other or one other task. */
  private List<Task> take() {
    if (!urgent.isEmpty() || patient.isEmpty()) {
      List<Task> taken = urgent;
      urgent = new ArrayList<>(2);
      return taken;
    }
    int count = 0;
    while (count < patient.size() && patient.get(count) instanceof Offered) {
      count++;
    }
    List<Task> some = patient.subList(0, Math.max(1, count));
    List<Task> taken = List.copyOf(some);
    some.clear();
    if (patient.isEmpty()) {
      patient = new ArrayList<>(0);
    }
    return taken;
  }

  /** Closes the mailbox if nothing waits; for the worker only. Returns whether it is closed. */
  boolean closeIfEmpty() {
    lock.lock();
    try {
      closed |= urgent.isEmpty() && patient.isEmpty();
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
