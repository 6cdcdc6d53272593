package org.kyneta.jooq;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreClosedException;

/** Whether a store is open, and what must have ended before it is closed. */
final class Lifecycle {

  /** Shared by whatever runs; exclusive for closing. */
  private final ReentrantReadWriteLock running = new ReentrantReadWriteLock();

  private final Set<Thread> writing = ConcurrentHashMap.newKeySet();
  private final Set<JooqFeed<?>> feeds = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }

  /** Runs something that closing waits for. */
  <T extends @Nullable Object> T reading(Supplier<T> body) {
    running.readLock().lock();
    try {
      requireOpen();
      return body.get();
    } finally {
      running.readLock().unlock();
    }
  }

  /** Runs a write, in which this thread must not begin another. */
  <T extends @Nullable Object> T writing(Supplier<T> body) {
    return reading(() -> {
      Thread thread = Thread.currentThread();
      if (!writing.add(thread)) {
        throw new IllegalStateException(
            "the records of a running write must not write to the same store");
      }
      try {
        return body.get();
      } finally {
        writing.remove(thread);
      }
    });
  }

  boolean isWriting() {
    return writing.contains(Thread.currentThread());
  }

  void opened(JooqFeed<?> feed) {
    feeds.add(feed);
  }

  void finished(JooqFeed<?> feed) {
    feeds.remove(feed);
  }

  void close() {
    if (isWriting()) {
      throw new IllegalStateException("the records of a running write must not close the store");
    }
    running.writeLock().lock();
    try {
      closed = true;
      List.copyOf(feeds).forEach(JooqFeed::closeWithStore);
    } finally {
      running.writeLock().unlock();
    }
  }
}
