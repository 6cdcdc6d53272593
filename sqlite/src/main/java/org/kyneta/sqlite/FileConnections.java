package org.kyneta.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.Feed.Lease;
import org.kyneta.store.StorageBusyException;

/**
 * The connections to a file: one writer, and as many readers as are in use at once.
 *
 * <p>Nobody waits for a reader: there is an idle one, or another is opened, or the call fails. A
 * reader's lock is never asked for while the pool's is held.
 */
final class FileConnections extends Connections {

  private static final int IDLE_READERS = 8;

  private final DatabaseFile file;
  private final String name;
  private final Supplier<SqliteAdapter> readerOpener;
  private final int maxReaders;

  private final Tails tails = new Tails();
  private @Nullable WriterConnection writer;

  private final ReentrantLock poolLock = new ReentrantLock();
  private final ArrayDeque<SqliteAdapter> idle = new ArrayDeque<>();
  private final Set<SqliteAdapter> leased = new HashSet<>();
  private int opening;

  /**
   * Connects to a file.
   *
   * @param file the file
   * @param readerOpener opens a reader
   */
  FileConnections(DatabaseFile file, Supplier<SqliteAdapter> readerOpener) {
    this.file = file;
    this.name = file.path().toString();
    this.readerOpener = readerOpener;
    this.maxReaders = file.options().maxReaders();
  }

  /**
   * Lets the store write.
   *
   * @param first the connection that writes
   * @param opener opens another in its place
   */
  FileConnections writing(SqliteAdapter first, Supplier<SqliteAdapter> opener) {
    SqliteOptions options = file.options();
    LogLimit limit = new LogLimit(file, options.largestLog(), this::detachCursors);
    writer = new WriterConnection(this, first, opener, tails, options.busyTimeout(), limit);
    return this;
  }

  /** Ends the snapshots of open cursors, except where a connection is busy just now. */
  private void detachCursors() {
    List<SqliteAdapter> readers;
    poolLock.lock();
    try {
      readers = List.copyOf(leased);
    } finally {
      poolLock.unlock();
    }
    for (SqliteAdapter reader : readers) {
      if (reader.lock.tryLock()) {
        try {
          reader.detachCursors();
        } finally {
          reader.lock.unlock();
        }
      }
    }
  }

  @Override
  <T extends @Nullable Object> T write(
      String docId, String operation, Function<SqliteAdapter, T> body) {
    return writer().write(docId, operation, body);
  }

  @Override
  void append(Append append) {
    writer().append(append);
  }

  @Override
  Tails tails() {
    return tails;
  }

  private WriterConnection writer() {
    requireOpen();
    if (writer == null) {
      throw new UnsupportedOperationException(name + " was opened for reading only");
    }
    file.requireInPlace();
    file.requireOneName();
    return writer;
  }

  @Override
  Lease lease() {
    file.requireInPlace();
    if (writer != null) {
      writer.settle();
    }
    SqliteAdapter reader = takeIdle();
    if (reader == null) {
      reader = openReader();
    }
    SqliteAdapter taken = reader;
    return new Lease(taken, () -> giveBack(taken));
  }

  private @Nullable SqliteAdapter takeIdle() {
    poolLock.lock();
    try {
      requireOpen();
      SqliteAdapter reader = idle.poll();
      if (reader != null) {
        leased.add(reader);
      } else if (leased.size() + opening >= maxReaders) {
        throw new StorageBusyException(
            "%s: expected at most %d open cursors, found as many; close some, or raise maxReaders"
                .formatted(name, maxReaders),
            null);
      } else {
        opening++;
      }
      return reader;
    } finally {
      poolLock.unlock();
    }
  }

  private SqliteAdapter openReader() {
    SqliteAdapter reader = null;
    try {
      reader = readerOpener.get();
      return reader;
    } catch (SqliteException e) {
      throw translated(e);
    } finally {
      poolLock.lock();
      try {
        opening--;
        if (reader != null) {
          leased.add(reader);
        }
      } finally {
        poolLock.unlock();
      }
    }
  }

  private void giveBack(SqliteAdapter reader) {
    boolean keep;
    poolLock.lock();
    try {
      leased.remove(reader);
      keep = !isClosed() && idle.size() < IDLE_READERS;
      if (keep) {
        idle.push(reader);
      }
    } finally {
      poolLock.unlock();
    }
    if (!keep) {
      // The store may be closing it just now, and a connection is closed by one thread only.
      reader.lock.lock();
      try {
        reader.close();
      } finally {
        reader.lock.unlock();
      }
    }
  }

  @Override
  long logBytes() {
    return file.logBytes();
  }

  @Override
  VerificationReport backup(Backup backup) {
    requireOpen();
    // A connection of its own: those that only read may not write a copy either.
    try (SqliteAdapter source = file.openForBackup()) {
      return backup.of(source);
    } catch (SqliteException e) {
      throw translated(e);
    }
  }

  /** Whoever calls it again does all of it again, and so waits for those who are at it. */
  @Override
  void close() {
    try {
      // The writer last: the last connection tidies up the log.
      if (writer == null) {
        closeReaders();
      } else {
        writer.close(this::closeReaders);
      }
    } finally {
      file.release();
    }
  }

  private void closeReaders() {
    List<SqliteAdapter> open = new ArrayList<>();
    poolLock.lock();
    try {
      markClosed();
      open.addAll(idle);
      open.addAll(leased);
    } finally {
      poolLock.unlock();
    }
    closeAll(open);
  }

  private void closeAll(List<SqliteAdapter> open) {
    SqliteException first = null;
    for (SqliteAdapter adapter : open) {
      adapter.lock.lock();
      try {
        adapter.closeFeeds(this);
        adapter.close();
      } catch (SqliteException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      } finally {
        adapter.lock.unlock();
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
