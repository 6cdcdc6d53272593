package org.kyneta.relay.document;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.ChangeFeed;
import org.kyneta.store.Position;
import org.kyneta.store.SharedStore;
import org.kyneta.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other users of the store: they are told what is written here, and tell what they write.
 *
 * <p>What nobody has told is found by comparing how far each document in use was read with how far
 * its stream goes, every now and then, and at once when something may have been missed.
 */
final class Neighbours implements ChangeFeed.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

  private static final Duration BETWEEN_COMPARISONS = Duration.ofSeconds(2);

  /** Comparing takes a connection no more than a twentieth of the time. */
  private static final int PAUSE_PER_COMPARISON = 20;

  private static final Duration TIME_TO_END = Duration.ofSeconds(2);
  private static final int DOCUMENTS_PER_QUERY = 1_000;

  private final SharedStore store;
  private final Hub hub;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private @Nullable ChangeFeed feed;
  private boolean missed;
  private boolean closed;
  private boolean failing;

  Neighbours(SharedStore store, Hub hub) {
    this.store = store;
    this.hub = hub;
    this.thread = Thread.ofPlatform().daemon().name("kyneta-compare").unstarted(this::run);
  }

  /**
   * Begins to tell and to listen.
   *
   * @throws org.kyneta.store.StorageException if that is not possible
   */
  void meet() {
    feed = store.openFeed(this);
    thread.start();
  }

  SharedStore store() {
    return store;
  }

  void publish(String docId, Position position) {
    ChangeFeed open = feed;
    if (open != null) {
      open.publish(docId, position);
    }
  }

  /** A document that is not known yet becomes known, as if a peer had presented it. */
  @Override
  public void changed(String docId, Position position) {
    boolean unused = hub.post(docId, /* mayBecomeKnown= */ true, new Task.Foreign(position));
  }

  @Override
  public void mayHaveMissed() {
    lock.lock();
    try {
      missed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long pause = BETWEEN_COMPARISONS.toNanos();
    while (await(pause)) {
      long begun = System.nanoTime();
      try {
        compareAll();
        failing = false;
      } catch (RuntimeException | Error e) {
        if (!(e instanceof StoreException)) {
          LOG.error("looking for what others write has failed, which is done again later", e);
        } else if (!failing) {
          LOG.warn(
              "what others write cannot be looked for, which is tried again: {}", e.toString());
        }
        failing = true;
      }
      long took = System.nanoTime() - begun;
      pause = Math.max(BETWEEN_COMPARISONS.toNanos(), PAUSE_PER_COMPARISON * took);
    }
  }

  /** Waits until it is time to compare; returns false at the end. */
  private boolean await(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && !missed && left > 0) {
        left = changed.awaitNanos(left);
      }
      missed = false;
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void compareAll() {
    Map<String, Document> some = new HashMap<>();
    for (Document document : List.copyOf(hub.documents.values())) {
      if (document.position() != null) {
        some.put(document.id(), document);
      }
      if (some.size() == DOCUMENTS_PER_QUERY) {
        compare(some);
        some.clear();
      }
    }
    if (!some.isEmpty()) {
      compare(some);
    }
  }

  private void compare(Map<String, Document> documents) {
    Map<String, Position> found = store.positions(new ArrayList<>(documents.keySet()));
    documents.forEach((docId, document) -> {
      Position end = found.getOrDefault(docId, Position.ABSENT);
      Position position = document.position();
      if (position != null && !position.reaches(end)) {
        boolean unused = document.post(new Task.Foreign(end));
      }
    });
  }

  /** Tells what is still to be told, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TIME_TO_END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (feed != null) {
      feed.close();
    }
  }
}
