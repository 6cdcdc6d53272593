package org.kyneta.relay.document;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.SharedStore;
import org.kyneta.store.Store;

/** What all documents of a relay share. */
final class Hub {

  /** How many documents are read at a time: each takes a cursor, of which a store has not many. */
  private static final int READERS = 16;

  /** How many times a document may be counted, once for each peer that has it, on average. */
  private static final long PEERS_PER_DOCUMENT = 8;

  private static final long LEAST_SHARES = 100_000;

  private static final int MOST_SWEEPS_PER_IDLE_TIME = 4;

  final Store store;
  final Replicas replicas;
  final Settings settings;
  final Meters meters;
  final Residents residents;
  private volatile boolean closed;

  /** The other users of the store; null if there can be none. */
  final @Nullable Neighbours neighbours;

  private final AtomicLong shares = new AtomicLong();
  final Semaphore reading = new Semaphore(READERS);
  final ConcurrentHashMap<String, Document> documents = new ConcurrentHashMap<>();
  final Workers workers = new Workers();
  final Announcer announcer = new Announcer(this);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kyneta-documents").factory());

  Hub(Store store, Replicas replicas, Settings settings, Meters meters) {
    this.store = store;
    this.replicas = replicas;
    this.settings = settings;
    this.meters = meters;
    this.residents = new Residents(settings.residentBytes());
    this.neighbours = store instanceof SharedStore shared ? new Neighbours(shared, this) : null;
    long nanos = settings.idle().toNanos();
    long period = Math.max(1, nanos / MOST_SWEEPS_PER_IDLE_TIME);
    var unused =
        timer.scheduleWithFixedDelay(
            new Recurring("looking for idle documents", () -> residents.askIdle(nanos)),
            period,
            period,
            TimeUnit.NANOSECONDS);
    meters.gauge("kyneta.documents.known", "Documents that peers have presented", documents::size);
    meters.gauge("kyneta.documents.loaded", "Documents in memory", residents::count);
    meters.gauge("kyneta.documents.bytes", "Memory that documents take", residents::bytes);
  }

  /**
   * Gives a document a task, if it is known or may become known.
   *
   * @return whether the task will be done
   */
  boolean post(String docId, boolean mayBecomeKnown, Task task) {
    while (!closed) {
      Document document = documents.get(docId);
      if (document == null) {
        if (!mayBecomeKnown || documents.size() >= settings.documents()) {
          return false;
        }
        document = documents.computeIfAbsent(docId, id -> new Document(id, this));
      }
      if (document.post(task)) {
        return true;
      }
      // It has just been forgotten; another takes its place, which never has it in memory as well.
      documents.remove(docId, document);
    }
    return false;
  }

  /** Returns whether nothing more is taken. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Counts one more document of a peer's; returns false, and does not, if all peers together have
   * as many as they may.
   */
  boolean takeShare() {
    long most = Math.max(LEAST_SHARES, PEERS_PER_DOCUMENT * settings.documents());
    if (shares.incrementAndGet() > most) {
      shares.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives back what {@link #takeShare} has counted, so many times. */
  void giveBack(int count) {
    shares.addAndGet(-count);
  }

  /** Does something later, unless the relay is closed by then. */
  void later(Duration delay, Runnable action) {
    try {
      var unused = timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The relay is being closed: there is no later.
    }
  }

  /** Lets all tasks be done and takes no more; returns whether they were done in time. */
  boolean close(Duration patience) {
    timer.shutdownNow();
    closed = true;
    boolean done = workers.close(patience);
    if (neighbours != null) {
      neighbours.close();
    }
    return done;
  }
}
