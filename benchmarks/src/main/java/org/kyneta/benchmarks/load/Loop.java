package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which all well-behaved clients live: it waits for the network, runs tasks and
 * timers, and flushes at the end of each round what was sent meanwhile, so that many small frames
 * share a system call.
 */
final class Loop implements AutoCloseable {

  private static final int BUFFER_BYTES = 256 << 10;
  private static final long LONGEST_WAIT_MILLIS = 100;
  private static final Duration RECHECK = Duration.ofMillis(5);

  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;
  private List<Channel> unflushed = new ArrayList<>();
  private long timerCount;
  private volatile boolean closed;

  private record Timer(long nanos, long number, Runnable task) implements Comparable<Timer> {

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(nanos - other.nanos, 0);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  private Loop(Selector selector) {
    this.selector = selector;
    this.thread = Thread.ofPlatform().daemon().name("load-clients").unstarted(this::run);
  }

  /** Starts the thread. */
  static Loop start() throws IOException {
    Loop loop = new Loop(Selector.open());
    loop.thread.start();
    return loop;
  }

  Selector selector() {
    return selector;
  }

  /** Returns the buffer that is read into; for the thread of the loop only. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Asks for a channel to be flushed at the end of this round. */
  void flushLater(Channel channel) {
    unflushed.add(channel);
  }

  /** Runs a task later on the thread of the loop; from that thread only. */
  void after(Duration delay, Runnable task) {
    timers.add(new Timer(System.nanoTime() + delay.toNanos(), timerCount++, task));
  }

  private void run() {
    try {
      while (!closed) {
        round();
      }
      ended.complete(null);
    } catch (ClosedSelectorException e) {
      ended.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      ended.completeExceptionally(e);
    }
  }

  private void round() throws IOException {
    long wait = LONGEST_WAIT_MILLIS;
    Timer first = timers.peek();
    if (first != null) {
      long millis = (first.nanos - System.nanoTime()) / 1_000_000;
      wait = Math.min(wait, millis);
    }
    if (!tasks.isEmpty() || wait <= 0) {
      selector.selectNow(Loop::handle);
    } else {
      selector.select(Loop::handle, wait);
    }
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    long now = System.nanoTime();
    for (Timer due = timers.peek(); due != null && due.nanos - now <= 0; due = timers.peek()) {
      timers.remove();
      due.task.run();
    }
    List<Channel> toFlush = unflushed;
    unflushed = new ArrayList<>();
    toFlush.forEach(Channel::flush);
  }

  private static void handle(SelectionKey key) {
    ((Channel) key.attachment()).handle(key);
  }

  /** Runs something on the thread of the loop and returns what it returns. */
  <T> T call(Callable<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    post(() -> {
      try {
        answer.complete(task.call());
      } catch (Exception e) {
        answer.completeExceptionally(e);
      }
    });
    return get(answer, Duration.ofSeconds(60), "the clients to answer");
  }

  /** Runs something on the thread of the loop. */
  void run(Runnable task) {
    boolean _ =
        call(() -> {
          task.run();
          return true;
        });
  }

  private void post(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /**
   * Waits until something is true on the thread of the loop; returns whether it became so in time.
   */
  boolean await(Duration patience, BooleanSupplier condition) {
    CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
    post(() -> recheck(condition, answer));
    CompletableFuture<Object> either = CompletableFuture.anyOf(answer, ended);
    try {
      either.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return answer.isDone();
    } catch (TimeoutException e) {
      answer.cancel(false);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the clients have failed: " + e.getCause(), e);
    }
  }

  private void recheck(BooleanSupplier condition, CompletableFuture<@Nullable Void> answer) {
    if (answer.isDone()) {
      return;
    }
    if (condition.getAsBoolean()) {
      answer.complete(null);
    } else {
      after(RECHECK, () -> recheck(condition, answer));
    }
  }

  private <T> T get(CompletableFuture<T> answer, Duration patience, String what) {
    try {
      CompletableFuture.anyOf(answer, ended).get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return answer.getNow(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the clients have failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("expected " + what + " within " + patience, e);
    }
  }

  /** Closes all channels and ends the thread. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
