package org.kyneta.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order in which writers get at the one connection that writes, and how their work is combined.
 *
 * <p>Whoever finds the connection free leads: it does its own work and that of those who have come
 * meanwhile in one transaction, hands over to the first who is still waiting, and answers those
 * whom it has served. So a lone writer pays for two atomic exchanges, many writers share the price
 * of a commit, and nobody leads without having work of its own. Work is done in the order of
 * arrival. What cannot be combined is done by its own thread, alone.
 *
 * <p>The queue is that of Mellor-Crummey and Scott's lock (ACM TOCS 9(1), 1991), whose holder does
 * the work of its successors here: a list to whose end each who comes adds itself by one exchange,
 * without waiting for anybody.
 *
 * <p>Those who were served together are woken one after the other, and the first to come back would
 * find nobody else to share a transaction with, again and again: so where there was a crowd lately,
 * a leader first waits for half of it, for no longer than the transactions would take that it so
 * saves.
 *
 * <p>A thread that is interrupted while it waits goes on waiting, since only then can it be told
 * what has become of its work; it keeps its interrupt status.
 *
 * @param <W> the type of work that can be combined
 */
public final class WriteQueue<W> {

  /** What a transaction takes at least, beside the work that is done in it. */
  private static final long TRANSACTION_NANOS = 10_000;

  /** A leader waits for nobody if there were no more than this many at once. */
  private static final int SMALLEST_CROWD = 4;

  private static final int LARGEST_CROWD = 64;

  private final int capacity;
  private final int largestBatch;
  private final Semaphore room;
  private final AtomicReference<@Nullable Ticket<W>> last = new AtomicReference<>();
  private volatile @Nullable Thread leader;

  /** About how many were here at once lately; used by leaders only. */
  private int crowd;

  /**
   * Makes a queue.
   *
   * @param capacity how many may be in it; further ones are blocked before they may
   * @param largestBatch how many pieces of work are combined at most
   */
  public WriteQueue(int capacity, int largestBatch) {
    this.capacity = capacity;
    this.largestBatch = largestBatch;
    this.room = new Semaphore(capacity);
  }

  /** A place in the queue; one without work stands for a thread that wants to be alone. */
  private static final class Ticket<W> {

    private enum State {
      WAITING,
      LEADING,
      SERVED,
      ABANDONED
    }

    final @Nullable W work;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Ticket<W> next;
    private volatile State state = State.WAITING;

    Ticket(@Nullable W work) {
      this.work = work;
    }

    /**
     * Waits until this leads (false) or its work was done by another (true).
     *
     * @throws AssertionError if another began it and threw, so that nobody knows what became of it
     */
    boolean awaitService() {
      boolean interrupted = false;
      while (state == State.WAITING) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        thread.interrupt();
      }
      if (state == State.ABANDONED) {
        throw new AssertionError("the thread that did this work for others failed on the way");
      }
      return state == State.SERVED;
    }

    void become(State newState) {
      state = newState;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Has work done, by this thread or another, and returns when it is done.
   *
   * @param work the work, which remembers its own outcome
   * @param batch does several pieces of work in their order, and never throws
   */
  public void combine(W work, Consumer<List<W>> batch) {
    Ticket<W> own = enter(work);
    if (own.awaitService()) {
      return;
    }
    leader = own.thread;
    List<Ticket<W>> others = List.of();
    Ticket<W> end = own;
    boolean done = false;
    try {
      List<W> works = List.of(work);
      gather();
      if (own.next != null) {
        works = new ArrayList<>(works);
        List<Ticket<W>> taken = new ArrayList<>();
        end = takeOthers(own, works, taken);
        others = taken;
      }
      batch.accept(works);
      done = true;
    } finally {
      crowd = Math.max(present(), crowd - crowd / 8 - 1);
      // The next leader can begin while this thread wakes those whom it has served.
      handOver(end);
      room.release(1 + others.size());
      for (Ticket<W> other : others) {
        other.become(done ? Ticket.State.SERVED : Ticket.State.ABANDONED);
      }
    }
  }

  /** Does work that cannot be combined, when it is this thread's turn. */
  public <T extends @Nullable Object> T alone(Supplier<T> work) {
    Ticket<W> own = enter(null);
    own.awaitService();
    leader = own.thread;
    try {
      return work.get();
    } finally {
      handOver(own);
      room.release();
    }
  }

  private Ticket<W> enter(@Nullable W work) {
    if (leader == Thread.currentThread()) {
      throw new IllegalStateException(
          "the records of a running write must not write to the same store");
    }
    Ticket<W> ticket = new Ticket<>(work);
    room.acquireUninterruptibly();
    Ticket<W> before = last.getAndSet(ticket);
    if (before == null) {
      ticket.state = Ticket.State.LEADING;
    } else {
      before.next = ticket;
    }
    return ticket;
  }

  /** Returns how many are in the queue, the leader among them. */
  private int present() {
    return capacity - room.availablePermits();
  }

  private void gather() {
    if (crowd <= SMALLEST_CROWD) {
      return;
    }
    int awaited = Math.min(crowd, LARGEST_CROWD) / 2;
    long since = System.nanoTime();
    while (present() < awaited && System.nanoTime() - since < awaited * TRANSACTION_NANOS) {
      letOthersRun();
    }
  }

  /** Takes those who wait behind a ticket and can be combined; returns the last of them. */
  private Ticket<W> takeOthers(Ticket<W> own, List<W> works, List<Ticket<W>> others) {
    Ticket<W> end = own;
    Ticket<W> next = own.next;
    while (next != null && next.work != null && works.size() < largestBatch) {
      works.add(next.work);
      others.add(next);
      end = next;
      next = next.next;
    }
    return end;
  }

  /** Lets whoever stands behind a ticket lead. */
  private void handOver(Ticket<W> end) {
    leader = null;
    if (end.next == null && last.compareAndSet(end, null)) {
      return;
    }
    Ticket<W> next = end.next;
    while (next == null) {
      // Somebody has come and is about to say so.
      letOthersRun();
      next = end.next;
    }
    next.become(Ticket.State.LEADING);
  }

  @SuppressWarnings("ThreadPriorityCheck") // Only speed depends on what the scheduler does.
  private static void letOthersRun() {
    Thread.yield();
  }
}
