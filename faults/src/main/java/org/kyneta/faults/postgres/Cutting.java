package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.postgres.CommitProxy.Order;
import org.kyneta.faults.postgres.CommitProxy.Side;
import org.kyneta.faults.postgres.Write.Task;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.PostgresServer;

/** Stores behind a line that is cut where they commit, and what must have come of each cut. */
final class Cutting implements AutoCloseable {

  private static final int SHARING = 8;

  /** What is cut, and where. */
  record Case(Databases.Kind kind, Write write, Side side) {

    @Override
    public String toString() {
      return "%s %s %s".formatted(kind, write, side);
    }
  }

  /** How a write is done, so that controls can do it wrongly. */
  @FunctionalInterface
  interface Doing {
    void run(Write write, Store store, Task task);
  }

  private final CommitProxy proxy;
  private final Store judge;
  private final Score score;
  private final Doing doing;
  private final HikariDataSource pool;
  private final Map<Databases.Kind, Store> stores = new EnumMap<>(Databases.Kind.class);

  /**
   * Opens them.
   *
   * @param judge a store over the same tables, by another way
   */
  Cutting(CommitProxy proxy, Store judge, Score score, Doing doing) {
    this.proxy = proxy;
    this.judge = judge;
    this.score = score;
    this.doing = doing;
    this.pool =
        Databases.pool(
            PostgresServer.url(Databases.NAME, proxy.port())
                + "&sslmode=disable&gssEncMode=disable",
            2);
    for (Databases.Kind kind : Databases.Kind.values()) {
      stores.put(kind, kind.open(pool));
    }
  }

  /**
   * Cuts a write off, and judges it.
   *
   * @param name tells it from every other one
   */
  void cut(Case what, String name, boolean abruptly) {
    Write write = what.write;
    Store store =
        write == Write.APPEND_UNSEEN ? what.kind.open(pool) : stores.getOrDefault(what.kind, judge);
    List<StoreRecord> before = write.before(name);
    if (!before.isEmpty()) {
      store.appendAll(name, before);
    }
    Task task = new Task(name, write.records(name), judge.head(name));
    List<StoreRecord> after = write.after(before, task.records());
    proxy.arm(new Order(what.side, "", abruptly));
    judgeOutcome(name, caught(() -> doing.run(write, store, task)));
    if (proxy.disarm()) {
      score.find(name + ": nothing was cut");
    }
    boolean isDone = what.side == Side.AFTER;
    judgeStream(name, isDone ? after : before);
    @Nullable StoreException found = caught(() -> write.runExpecting(store, task));
    if (isDone != found instanceof HeadConflictException || (!isDone && found != null)) {
      score.find("%s: asked with the expected head, found %s".formatted(name, found));
    }
    judgeStream(name, after);
  }

  private static @Nullable StoreException caught(Runnable write) {
    try {
      write.run();
      return null;
    } catch (StoreException e) {
      return e;
    }
  }

  private void judgeOutcome(String name, @Nullable StoreException outcome) {
    switch (outcome) {
      case null -> {
        score.acknowledge();
        score.find(name + ": expected not to know, found it acknowledged");
      }
      case OutcomeUnknownException _ -> score.doubt();
      default -> score.find("%s: expected not to know, found %s".formatted(name, outcome));
    }
  }

  private void judgeStream(String name, List<StoreRecord> expected) {
    List<StoreRecord> found = Streams.load(judge, name);
    if (!found.equals(expected)) {
      score.find(
          "%s: expected %s, found %s".formatted(name, Streams.show(expected), Streams.show(found)));
    }
  }

  /** Cuts appends of several callers off that share a statement, and judges each. */
  void cutShared(Side side, String name, boolean abruptly) throws InterruptedException {
    Store store = stores.getOrDefault(Databases.Kind.POSTGRES, judge);
    List<String> docIds = new ArrayList<>();
    for (int i = 0; i < SHARING; i++) {
      docIds.add(name + "/" + i);
      store.append(docIds.getLast(), Streams.META);
      store.append(docIds.getLast(), Streams.entry("first"));
    }
    List<StoreRecord> before = List.of(Streams.META, Streams.entry("first"));
    List<StoreRecord> after = Streams.plus(before, List.of(Streams.entry(name)));
    proxy.arm(new Order(side, "unnest", abruptly));
    int cut = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<@Nullable StoreException>> running = new ArrayList<>();
      for (String docId : docIds) {
        Task task = new Task(docId, List.of(Streams.entry(name)), judge.head(docId));
        running.add(threads.submit(() -> caught(() -> doing.run(Write.APPEND, store, task))));
      }
      for (int i = 0; i < SHARING; i++) {
        @Nullable StoreException outcome = outcome(running.get(i));
        if (outcome == null) {
          score.acknowledge();
          judgeStream(docIds.get(i), after);
        } else {
          cut++;
          judgeOutcome(docIds.get(i), outcome);
          judgeStream(docIds.get(i), side == Side.AFTER ? after : before);
        }
      }
    }
    if (!proxy.disarm() && cut == 0) {
      score.find(name + ": was cut, and everything was acknowledged");
    }
  }

  private static @Nullable StoreException outcome(Future<@Nullable StoreException> running)
      throws InterruptedException {
    try {
      return running.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    stores.values().forEach(Store::close);
    pool.close();
  }
}
