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
import java.util.concurrent.atomic.AtomicInteger;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Model;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;

/**
 * Several writers at once, before a fault, while it goes on, and after it, and the judgement of
 * what they have left. For one thread.
 */
final class Load {

  /** How many writes each has acknowledged before the fault, and again after it. */
  private static final int WRITES = 20;

  private static final int LARGEST = 2_000;

  private final int writers;
  private final Model model;
  private Verdict verdict = Verdict.NOTHING;
  private int rounds;

  Load(int writers, long seed) {
    this.writers = writers;
    this.model = new Model(new Contents(seed, LARGEST));
  }

  /** What happens to the store while it is written to. */
  @FunctionalInterface
  interface Event {
    void happen() throws IOException, InterruptedException;
  }

  /**
   * Lets all write, before something happens, meanwhile, and afterwards. All must have been judged.
   *
   * @return what writes were refused, other than those of which it is not known
   */
  List<StoreException> runAcross(Store store, Event event)
      throws IOException, InterruptedException {
    return run(store, event, WRITES);
  }

  /** Lets all write as {@link #runAcross}, but not afterwards. */
  void runUntil(Store store, Event event) throws IOException, InterruptedException {
    run(store, event, /* afterwards= */ 0);
  }

  private List<StoreException> run(Store store, Event event, int afterwards)
      throws IOException, InterruptedException {
    List<Writer> round = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      round.add(new Writer(model, "w" + i, rounds));
    }
    rounds++;
    CountDownLatch begun = new CountDownLatch(writers);
    AtomicBoolean isOver = new AtomicBoolean();
    // None where the event went wrong: perhaps nobody can ever write again.
    AtomicInteger left = new AtomicInteger();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> running = new ArrayList<>();
      for (Writer writer : round) {
        running.add(threads.submit(() -> write(store, writer, begun, isOver, left)));
      }
      begun.await();
      try {
        event.happen();
        left.set(afterwards);
      } finally {
        isOver.set(true);
      }
      for (Future<?> future : running) {
        finish(future);
      }
    }
    return round.stream().flatMap(writer -> writer.failures().stream()).toList();
  }

  private static void write(
      Store store, Writer writer, CountDownLatch begun, AtomicBoolean isOver, AtomicInteger left) {
    try {
      writer.write(store, WRITES);
    } finally {
      begun.countDown();
    }
    writer.writeWhile(store, () -> !isOver.get(), () -> {});
    writer.write(store, left.get());
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
    Verdict found = model.judge(store);
    verdict =
        verdict.plus(
            new Verdict(
                found.unknown(),
                found.lost(),
                found.losses().stream().map(loss -> when + ": " + loss).toList(),
                found.findings().stream().map(finding -> when + ": " + finding).toList()));
  }

  /** Adds a finding. */
  void find(String finding) {
    verdict = verdict.plus(Verdict.of(finding));
  }

  Tally tally(int cycles) {
    return verdict.tally(cycles, model.acknowledged());
  }
}
