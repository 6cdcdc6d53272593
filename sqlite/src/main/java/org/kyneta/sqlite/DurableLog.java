package org.kyneta.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.store.StorageException;

/**
 * Brings a log that was found to the disk.
 *
 * <p>What a log holds may never have come to the disk, although it can be read: once a sync has
 * failed, the system has given up on what was to be written, and the next sync succeeds without it.
 * SQLite takes it for synchronised. What it writes behind it would be lost with the power; and if
 * the power went while the log is brought into the file, neither the log nor the file would be
 * whole. So it is written once more, as it is, and synchronised, before anything builds on it.
 *
 * <p>Behind what can be read of it may lie what a failed commit has left, whole but for the sync.
 * Whoever asks does not see it, but the next one to read the log from its beginning would. So a
 * transaction that changes nothing is written over it.
 *
 * <p>SQLite locks the database and the index of the log, never the log itself: using it here gives
 * up no lock. A transaction that may write keeps everybody else from writing it meanwhile.
 */
final class DurableLog {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");
  private static final int BUFFER = 1 << 18;

  private DurableLog() {}

  /**
   * Writes a log once more. One that another connection writes all the time is left alone: nobody
   * else has begun to read it anew, so that all that can be read of it was synchronised.
   *
   * @param adapter a connection to its database, outside of a transaction
   * @throws StorageException if that fails
   */
  static void ensure(SqliteAdapter adapter, Path log) {
    adapter.exec("PRAGMA synchronous = FULL", Binding.NONE);
    try {
      adapter.transaction(() -> {
        writeAgain(log, /* endOnly= */ false);
        DatabaseFile.writeNothing(adapter);
        return true;
      });
    } catch (SqliteException e) {
      if (e.primaryCode() != ResultCode.BUSY) {
        // Nothing of the caller's was begun: that a commit has failed here leaves nothing open.
        throw new StorageException(
            log + ": expected to bring the log to the disk, found: " + e.getMessage(), e);
      }
      LOG.log(Level.DEBUG, "{0}: another connection writes the log", adapter.name());
    }
  }

  /**
   * Makes sure that a transaction whose COMMIT found the disk full never comes back. A log that has
   * to grow lacks the end of it. But one that was begun anew has room, and old pages where the new
   * ones go: should there be no space even to write over them, as where a file system writes
   * everything to a new place, a page of which half was written may be whole all the same, and
   * whoever reads the log from its beginning would find all of the transaction.
   *
   * @param adapter the connection, after the transaction was rolled back
   * @return the error, if the transaction is undone for good; otherwise one after which nobody
   *     knows
   */
  static SqliteException judgeFullDisk(SqliteAdapter adapter, Path log, SqliteException full) {
    try {
      adapter.transaction(() -> {
        DatabaseFile.writeNothing(adapter);
        return true;
      });
    } catch (SqliteException e) {
      if (e.primaryCode() != ResultCode.FULL) {
        return full.notOnlyFull(e);
      }
      try {
        adapter.exec("BEGIN IMMEDIATE", Binding.NONE); // Nobody else writes the log meanwhile.
        try {
          writeAgain(log, /* endOnly= */ true);
        } finally {
          adapter.exec("ROLLBACK", Binding.NONE);
        }
      } catch (StorageException again) {
        return full.notOnlyFull(again);
      }
    }
    return full;
  }

  /**
   * Writes it, from the beginning again whenever an interrupt has closed it.
   *
   * @param endOnly whether only its last byte is written
   */
  private static void writeAgain(Path log, boolean endOnly) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          copyOntoItself(log, endOnly);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } catch (IOException e) {
      throw new StorageException(
          log + ": expected to bring the log to the disk, found: " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void copyOntoItself(Path log, boolean endOnly) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            log, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      long position = endOnly ? Math.max(0, channel.size() - 1) : 0;
      while (channel.read(buffer.clear(), position) > 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          position += channel.write(buffer, position);
        }
      }
      channel.force(false);
    }
  }
}
