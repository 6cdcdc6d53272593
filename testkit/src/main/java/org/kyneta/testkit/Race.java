package org.kyneta.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Runs tasks at once, and fails if one fails or does not end. */
final class Race {

  /** How long a task may take that is not stuck. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final ThreadFactory PLATFORM = Thread.ofPlatform().daemon().factory();

  private Race() {}

  /** A task that runs in a thread of its own. */
  record Running<T>(FutureTask<T> task, Thread thread) {

    /** Returns the task's result. */
    T result() throws Exception {
      return result(PATIENCE);
    }

    T result(Duration patience) throws Exception {
      try {
        return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        String stack =
            Arrays.stream(thread.getStackTrace())
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
        throw new AssertionError("expected the task to end, found it stuck:" + stack, e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          cause.addSuppressed(new Throwable("the task was awaited here"));
          throw cause;
        }
        throw new AssertionError("the task failed", e.getCause());
      }
    }

    /** Returns whether the task ends within a time. */
    boolean endsWithin(Duration time) throws InterruptedException {
      return thread.join(time);
    }
  }

  static <T> Running<T> start(Callable<T> task) {
    return start(PLATFORM, task);
  }

  private static <T> Running<T> start(ThreadFactory threads, Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = threads.newThread(future);
    thread.start();
    return new Running<>(future, thread);
  }

  /** Runs tasks at once in platform threads and returns their results in their order. */
  static <T> List<T> run(List<Callable<T>> tasks) throws Exception {
    return run(PLATFORM, tasks);
  }

  static <T> List<T> run(ThreadFactory threads, List<Callable<T>> tasks) throws Exception {
    CountDownLatch ready = new CountDownLatch(tasks.size());
    List<Running<T>> running = new ArrayList<>();
    for (Callable<T> task : tasks) {
      running.add(
          start(
              threads,
              () -> {
                ready.countDown();
                ready.await();
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Running<T> one : running) {
      results.add(one.result());
    }
    return results;
  }
}
