package org.kyneta.sqlite;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.Feed.Lease;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StoreException;

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
  private final @Nullable Supplier<SqliteAdapter> writerOpener;
  private final Supplier<SqliteAdapter> readerOpener;
  private final int maxReaders;

  private final ReentrantLock writerLock = new ReentrantLock();
  private @Nullable SqliteAdapter writer;

  private final ReentrantLock poolLock = new ReentrantLock();
  private final ArrayDeque<SqliteAdapter> idle = new ArrayDeque<>();
  private final Set<SqliteAdapter> leased = new HashSet<>();
  private int opening;

  /**
   * Connects to a file.
   *
   * @param file the file
   * @param writer the writer, or null to read only
   * @param writerOpener opens another writer in its place, or null to read only
   * @param readerOpener opens a reader
   * @param maxReaders how many readers may be in use at once
   */
  FileConnections(
      DatabaseFile file,
      @Nullable SqliteAdapter writer,
      @Nullable Supplier<SqliteAdapter> writerOpener,
      Supplier<SqliteAdapter> readerOpener,
      int maxReaders) {
    this.file = file;
    this.name = file.path().toString();
    this.writer = writer;
    this.writerOpener = writerOpener;
    this.readerOpener = readerOpener;
    this.maxReaders = maxReaders;
  }

  @Override
  <T extends @Nullable Object> T write(
      String docId, String operation, Function<SqliteAdapter, T> body) {
    if (writerOpener == null) {
      requireOpen();
      throw new UnsupportedOperationException(name + " was opened for reading only");
    }
    writerLock.lock();
    try {
      requireOpen();
      if (writer == null) {
        writer = writerOpener.get();
      }
      SqliteAdapter adapter = writer;
      return adapter.write(() -> body.apply(adapter));
    } catch (SqliteException e) {
      StoreException failure = isUnknown(e) ? unknown(docId, operation, e) : translated(e);
      if (!leavesConnectionSound(e)) {
        abandonWriter(failure);
      }
      throw failure;
    } finally {
      writerLock.unlock();
    }
  }

  /** After an I/O error, what the connection believes and what is on disk may differ. */
  private void abandonWriter(StoreException reason) {
    SqliteAdapter abandoned = writer;
    writer = null;
    if (abandoned != null) {
      try {
        abandoned.close();
      } catch (SqliteException e) {
        reason.addSuppressed(e);
      }
    }
  }

  private static boolean leavesConnectionSound(SqliteException e) {
    return switch (e.primaryCode()) {
      case ResultCode.BUSY,
          ResultCode.LOCKED,
          ResultCode.FULL,
          ResultCode.TOOBIG,
          ResultCode.CONSTRAINT ->
          true;
      default -> false;
    };
  }

  @Override
  Lease lease() {
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
      reader.close();
    }
  }

  @Override
  Path file() {
    return file.path();
  }

  @Override
  void backup(Path target, Progress progress) {
    requireOpen();
    // A connection of its own: those that only read may not write a copy either.
    try (SqliteAdapter source = file.openForBackup()) {
      Backup.run(source, target, progress);
    } catch (SqliteException e) {
      throw translated(e);
    }
  }

  @Override
  void close() {
    writerLock.lock();
    try {
      if (isClosed()) {
        return;
      }
      if (writer != null) {
        writer.requireNotWriting();
      }
      List<SqliteAdapter> open = new ArrayList<>();
      poolLock.lock();
      try {
        markClosed();
        open.addAll(idle);
        open.addAll(leased);
        idle.clear();
      } finally {
        poolLock.unlock();
      }
      // The writer last: the last connection tidies up the log.
      if (writer != null) {
        open.add(writer);
      }
      closeAll(open);
    } finally {
      writerLock.unlock();
    }
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
