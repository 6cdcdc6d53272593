package org.kyneta.sql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time write to a document in a transaction of its own, so that those who wait
 * for each other hold no connections meanwhile. Safe for use by several threads.
 */
public final class DocumentLocks {

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  /** Makes locks of which none is held. */
  public DocumentLocks() {}

  /**
   * Runs some work when nobody else is at the document.
   *
   * @param docId the document
   * @param work the work, which must not come back here for another document
   */
  public <T extends @Nullable Object> T with(String docId, Supplier<T> work) {
    Entry entry =
        entries.compute(
            docId,
            (id, found) -> {
              Entry used = found == null ? new Entry() : found;
              used.users++;
              return used;
            });
    entry.lock.lock();
    try {
      return work.get();
    } finally {
      entry.lock.unlock();
      entries.computeIfPresent(docId, (id, used) -> --used.users == 0 ? null : used);
    }
  }
}
