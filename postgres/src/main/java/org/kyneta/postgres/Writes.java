package org.kyneta.postgres;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Documents.Written;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.postgres.Transactions.Work;
import org.kyneta.sql.DocumentLocks;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.Position;
import org.kyneta.store.StoreRecord;

/**
 * All writes of one store: those that can share a transaction do, the others have one of their own.
 * Safe for use by several threads.
 */
final class Writes {

  private final ReentrantReadWriteLock running = new ReentrantReadWriteLock();
  private final ThreadLocal<Boolean> writing = ThreadLocal.withInitial(() -> false);
  private final DocumentLocks locks = new DocumentLocks();
  private final Tails tails = new Tails();
  private final Transactions transactions;
  private final Documents documents;
  private final SharedAppends shared;
  private final ExpectedAppends expecting;
  private final Runnable requireOpen;

  /**
   * Makes it.
   *
   * @param requireOpen throws if the store is closed
   */
  Writes(
      Transactions transactions,
      Schema schema,
      Documents documents,
      Limits limits,
      Runnable requireOpen) {
    this.transactions = transactions;
    this.documents = documents;
    this.shared = new SharedAppends(transactions, schema, documents, tails, limits);
    this.expecting = new ExpectedAppends(transactions, schema, limits);
    this.requireOpen = requireOpen;
  }

  /** Appends records; returns where the stream ends then, if it exists. */
  @Nullable Tail append(String docId, Iterable<? extends StoreRecord> records) {
    return write(() -> {
      List<StoreRecord> few =
          records instanceof List<?>
              ? List.copyOf((List<? extends StoreRecord>) records)
              : List.of();
      if (!Append.isShareable(few)) {
        return appendAlone(docId, few.isEmpty() ? records : few, null).tail();
      }
      Append append = new Append(docId, few);
      shared.append(append);
      return append.isAlone() ? appendAlone(docId, few, null).tail() : append.end();
    });
  }

  Head append(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return Objects.requireNonNull(write(() -> appendAlone(docId, records, expected)).head());
  }

  private Written appendAlone(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    return alone(docId, "append", attempt -> documents.append(attempt, docId, records, expected));
  }

  Optional<Position> appendAt(String docId, List<StoreRecord> few, Position expected) {
    return write(() -> {
      if (!expected.equals(Position.ABSENT) && Append.isShareable(few)) {
        ExpectedAppend append = new ExpectedAppend(docId, few, expected);
        expecting.append(append);
        if (append.reached() != null) {
          return Optional.of(append.reached());
        }
      }
      return position(
          alone(docId, "append", attempt -> documents.appendAt(attempt, docId, few, expected)));
    });
  }

  Written replace(String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    return write(() ->
        alone(docId, "replace", attempt -> documents.replace(attempt, docId, records, expected)));
  }

  Optional<Position> replaceAt(String docId, List<StoreRecord> records, Position expected) {
    return write(() ->
        position(
            alone(
                docId,
                "replace",
                attempt -> documents.replaceAt(attempt, docId, records, expected))));
  }

  private static Optional<Position> position(Written written) {
    return Optional.ofNullable(written.tail()).map(Writes::position);
  }

  static Position position(Tail end) {
    return new Position(end.xmin(), end.lastSeq());
  }

  void delete(String docId, @Nullable Head expected) {
    write(() ->
        alone(
            docId,
            "delete",
            attempt -> {
              documents.delete(attempt, docId, expected);
              return Written.NOTHING;
            }));
  }

  /** Lets all writes that run be done, and closes while none can begin. */
  void close(Runnable closing) {
    if (writing.get()) {
      throw new IllegalStateException("the records of a running write must not close the store");
    }
    Lock lock = running.writeLock();
    lock.lock();
    try {
      closing.run();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a write, which closing waits for. */
  private <T extends @Nullable Object> T write(Supplier<T> work) {
    if (writing.get()) {
      throw new IllegalStateException(
          "the records of a running write must not write to the same store");
    }
    Lock lock = running.readLock();
    lock.lock();
    try {
      requireOpen.run();
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a transaction that writes to one document, and takes note of what it leaves. */
  private Written alone(String docId, String operation, Work<Written> work) {
    return locks.with(
        docId,
        () -> {
          writing.set(true);
          try {
            tails.forget(docId);
            Written written = transactions.run(docId, operation, work);
            if (written.tail() != null) {
              tails.note(docId, written.tail());
            }
            return written;
          } finally {
            writing.remove();
          }
        });
  }
}
