package org.kyneta.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order in which writers get at the one connection that writes, and how their work is combined.
 *
 * <p>Whoever finds the connection free leads: it does its own work and that of those who have come
 * meanwhile in one transaction, answers them, and hands over to the first who is still waiting. So
 * a lone writer pays for two uncontended locks, many writers share the price of a commit, and
 * nobody leads without having work of its own. Work is done in the order of arrival. What cannot be
 * combined is done by its own thread, alone.
 *
 * <p>A thread that is interrupted while it waits goes on waiting, since only then can it be told
 * what has become of its work; it keeps its interrupt status.
 *
 * @param <W> the type of work that can be combined
 */
final class WriteQueue<W> {

  private final int capacity;
  private final int largestBatch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<Ticket<W>> waiting = new ArrayDeque<>();
  private @Nullable Thread leader;

  /**
   * Makes a queue.
   *
   * @param capacity how many may wait; further ones are blocked before they may
   * @param largestBatch how many pieces of work are combined at most
   */
  WriteQueue(int capacity, int largestBatch) {
    this.capacity = capacity;
    this.largestBatch = largestBatch;
  }

  /** A place in the queue; one without work stands for a thread that wants to be alone. */
  private static final class Ticket<W> {

    final @Nullable W work;
    final Thread thread = Thread.currentThread();
    private volatile boolean called;
    private volatile boolean answered;

    Ticket(@Nullable W work) {
      this.work = work;
    }

    /** Waits until this leads (false) or its work was done by another (true). */
    boolean awaitAnswer() {
      boolean interrupted = false;
      while (!called) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        thread.interrupt();
      }
      return answered;
    }

    void lead() {
      called = true;
      LockSupport.unpark(thread);
    }

    void answer() {
      answered = true;
      called = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Has work done, by this thread or another, and returns when it is done.
   *
   * @param work the work, which remembers its own outcome
   * @param batch does several pieces of work in their order, and never throws
   */
  void combine(W work, Consumer<List<W>> batch) {
    Ticket<W> own = enter(work);
    if (own.awaitAnswer()) {
      return;
    }
    List<W> works = new ArrayList<>();
    works.add(work);
    List<Ticket<W>> others = takeOthers(works);
    try {
      batch.accept(works);
    } finally {
      // The next leader can begin while this thread wakes those whom it has served.
      handOver();
      others.forEach(Ticket::answer);
    }
  }

  /** Does work that cannot be combined, when it is this thread's turn. */
  <T extends @Nullable Object> T alone(Supplier<T> work) {
    Ticket<W> own = enter(null);
    own.awaitAnswer();
    try {
      return work.get();
    } finally {
      handOver();
    }
  }

  private Ticket<W> enter(@Nullable W work) {
    lock.lock();
    try {
      if (leader == Thread.currentThread()) {
        throw new IllegalStateException(
            "the records of a running write must not write to the same store");
      }
      while (waiting.size() >= capacity) {
        room.awaitUninterruptibly();
      }
      Ticket<W> ticket = new Ticket<>(work);
      if (leader == null) {
        leader = ticket.thread;
        ticket.lead();
      } else {
        waiting.add(ticket);
      }
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  /** Takes those who wait at the front of the queue and can be combined. */
  private List<Ticket<W>> takeOthers(List<W> works) {
    List<Ticket<W>> others = new ArrayList<>();
    lock.lock();
    try {
      Ticket<W> next = waiting.peek();
      while (next != null && next.work != null && works.size() < largestBatch) {
        works.add(next.work);
        others.add(waiting.remove());
        next = waiting.peek();
      }
      room.signalAll();
      return others;
    } finally {
      lock.unlock();
    }
  }

  private void handOver() {
    lock.lock();
    try {
      Ticket<W> next = waiting.poll();
      leader = next == null ? null : next.thread;
      room.signal();
      if (next != null) {
        next.lead();
      }
    } finally {
      lock.unlock();
    }
  }
}
