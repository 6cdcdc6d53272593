package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.kyneta.store.Store;

/**
 * The rounds that append: one record a call, to documents that are registered before, by one thread
 * or by several at once.
 *
 * <p>What is appended is made before the clock runs. Each append is timed by two readings of the
 * clock, of about 25 ns each.
 */
final class Appending {

  private static final int WARM_UP_APPENDS = 100;

  private final Command command;
  private final Access access;
  private final String place;
  private final String[] ids;
  private final int threads;
  private final ThreadFactory factory;

  Appending(Command command, Access access) {
    this.command = command;
    this.access = access;
    this.place = command.text("file");
    this.ids =
        IntStream.range(0, command.number("docs"))
            .mapToObj(Workloads::documentId)
            .toArray(String[]::new);
    this.threads = command.number("threads", 1);
    this.factory =
        switch (command.text("threadKind", "platform")) {
          case "platform" -> Thread.ofPlatform().factory();
          case "virtual" -> Thread.ofVirtual().factory();
          case String other ->
              throw new IllegalArgumentException(
                  "expected threadKind platform, virtual, found " + other);
        };
    if (threads < 1 || threads > Math.max(1, ids.length)) {
      throw new IllegalArgumentException(
          "expected 1 to %d threads, found %d".formatted(ids.length, threads));
    }
  }

  /** What one thread appends, and how long that took each time. */
  private record Share(String[] ids, Update[] updates, long[] nanoseconds) {

    static Share of(String[] ids, Update[] updates) {
      return new Share(ids, updates, new long[ids.length * updates.length]);
    }

    Work appendTo(Subject subject) {
      int at = 0;
      long bytes = 0;
      for (Update update : updates) {
        for (String id : ids) {
          long start = System.nanoTime();
          subject.append(id, update);
          nanoseconds[at++] = System.nanoTime() - start;
          bytes += update.data().length;
        }
      }
      return new Work(at, bytes);
    }
  }

  Outcome run() throws IOException {
    Payloads payloads =
        command.has("trace")
            ? Payloads.trace(Path.of(command.text("trace")))
            : Payloads.pattern(command.number("bytes"));
    int records =
        command.has("trace")
            ? command.number("records", payloads.count())
            : command.number("records");
    warmUp(payloads);
    try (Subject subject = openRegistered(place)) {
      return append(subject, payloads.first(records));
    }
  }

  private void warmUp(Payloads payloads) throws IOException {
    // Threads take a while to start: they are given more to do.
    int appends = WARM_UP_APPENDS * (threads > 1 ? 10 : 1);
    Update[] updates = payloads.first(Math.ceilDiv(appends, Math.max(1, ids.length)));
    String scratch = access.warmUpPlace(place);
    try (Subject subject = openRegistered(scratch)) {
      Workloads.warmUp(() -> append(subject, updates));
    }
    access.remove(scratch);
  }

  /** A store goes on after it has registered the documents, as the original does. */
  private Subject openRegistered(String database) throws IOException {
    Store store = access.openNewStore(database, command);
    boolean done = false;
    try {
      for (String id : ids) {
        store.append(id, Workloads.META);
      }
      done = true;
    } finally {
      if (!done || access.layer() != Access.Layer.STORE) {
        store.close();
      }
    }
    return access.layer() == Access.Layer.STORE
        ? new StoreSubject(store)
        : access.open(database, command);
  }

  private Outcome append(Subject subject, Update[] updates) {
    List<Share> shares = new ArrayList<>(threads);
    for (int thread = 0; thread < threads; thread++) {
      shares.add(Share.of(idsOf(thread), updates));
    }
    Outcome outcome =
        threads == 1
            ? Meter.measure(() -> shares.getFirst().appendTo(subject))
            : appendAtOnce(subject, shares);
    Latencies latencies = Latencies.of(shares.stream().map(Share::nanoseconds).toList());
    return latencies.nanoseconds().length == 0 ? outcome : outcome.withLatencies(latencies);
  }

  /** Every thread has documents of its own. */
  private String[] idsOf(int thread) {
    return IntStream.range(0, ids.length)
        .filter(doc -> doc % threads == thread)
        .mapToObj(doc -> ids[doc])
        .toArray(String[]::new);
  }

  private Outcome appendAtOnce(Subject subject, List<Share> shares) {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newThreadPerTaskExecutor(factory)) {
      List<Future<Work>> running = new ArrayList<>(threads);
      for (Share share : shares) {
        running.add(
            executor.submit(() -> {
              ready.countDown();
              go.await();
              return share.appendTo(subject);
            }));
      }
      ready.await();
      return Meter.measure(() -> {
        go.countDown();
        return running.stream().map(Appending::result).reduce(Work.NONE, Work::plus);
      });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while threads append", e);
    }
  }

  private static Work result(Future<Work> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while threads append", e);
    }
  }
}
