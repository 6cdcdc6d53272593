package org.kyneta.faults.postgres;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.postgres.CancelledCommit.Way;
import org.kyneta.faults.postgres.Write.Task;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** Writes whose wait for a standby is ended, and what must have come of each. */
final class Cancelling {

  private static final String OVER =
      "SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  private final DataSource local;
  private final Store judge;
  private final Score score;

  /**
   * Makes it.
   *
   * @param local gives connections whose commits wait for no standby
   */
  Cancelling(DataSource local, Score score) {
    this.local = local;
    this.judge = Databases.Kind.POSTGRES.open(local);
    this.score = score;
  }

  /** Ends each write of one store while it is committed, and judges it. */
  void cancelAll(Way way, Databases.Kind kind, DataSource source, List<Write> writes, String name)
      throws IOException {
    try (Store store = kind.open(source)) {
      for (Write write : writes) {
        if (kind == Databases.Kind.POSTGRES || !write.isPostgresOnly()) {
          cancel(way, store, write, "%s %s %s in %s".formatted(kind, write, way, name));
        }
      }
    }
  }

  private void cancel(Way way, Store store, Write write, String name) throws IOException {
    List<StoreRecord> before = write.before(name);
    if (!before.isEmpty()) {
      judge.appendAll(name, before);
    }
    if (write == Write.APPEND) {
      // The store learns where the stream ends.
      List<StoreRecord> learning = List.of(Streams.entry("learning"));
      ended(way, () -> store.append(name, learning.getFirst()));
      before = Streams.plus(before, learning);
    }
    Task task = new Task(name, write.records(name), judge.head(name));
    Throwable outcome = ended(way, () -> write.run(store, task));
    switch (outcome) {
      case null -> {
        score.acknowledge();
        score.lose(name + ": was acknowledged, though no standby has it");
      }
      case OutcomeUnknownException _ -> score.doubt();
      default -> score.find("%s: expected not to know, found %s".formatted(name, outcome));
    }
    Databases.await(local, OVER);
    List<StoreRecord> expected = write.after(before, task.records());
    List<StoreRecord> found = Streams.load(judge, name);
    if (!found.equals(expected)) {
      score.find(
          "%s: expected %s, found %s".formatted(name, Streams.show(expected), Streams.show(found)));
    }
    try {
      write.runExpecting(judge, task);
      score.find(name + ": was done again with the head before it");
    } catch (HeadConflictException e) {
      // That is how a caller finds out that it was done.
    }
  }

  /** Ends the wait of a write as long as it has not ended, and returns what it throws. */
  @Nullable Throwable ended(Way way, Runnable write) throws IOException {
    CompletableFuture<@Nullable Void> running = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            write.run();
            running.complete(null);
          } catch (Throwable e) {
            running.completeExceptionally(e);
          }
        });
    @Nullable Throwable thrown = null;
    if (way == Way.GIVE_UP) {
      thrown = outcome(running);
    }
    String end =
        "SELECT %s(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'".formatted(way.function);
    do {
      Databases.execute(local, end);
    } while (!running.isDone());
    return way == Way.GIVE_UP ? thrown : outcome(running);
  }

  private static @Nullable Throwable outcome(CompletableFuture<@Nullable Void> running) {
    try {
      running.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }
}
