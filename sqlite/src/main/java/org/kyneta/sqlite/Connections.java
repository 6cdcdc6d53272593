package org.kyneta.sqlite;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.Feed.Lease;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreClosedException;

/** The connections of one store: one that writes, and those that read. */
abstract class Connections {

  private volatile boolean closed;

  /** Runs a write as one transaction, on the connection that writes. */
  abstract <T extends @Nullable Object> T write(
      String docId, String operation, Function<SqliteAdapter, T> body);

  /** Returns what is known of documents on the connection that writes. */
  Tails tails() {
    return Tails.NONE;
  }

  /** Runs an append, which may share its transaction with others. */
  abstract void append(Append append);

  /**
   * Returns a connection to read from, for exclusive use until it is given back.
   *
   * @throws StorageBusyException if there are as many as there may be
   */
  abstract Lease lease();

  /** Returns the size of the log beside the file in bytes, 0 if there is or is known to be none. */
  abstract long logBytes();

  /** Copies the database into a new file. */
  abstract VerificationReport backup(Backup backup);

  /** Lets a running write finish and closes what belongs to the store. */
  abstract void close();

  final boolean isClosed() {
    return closed;
  }

  final void markClosed() {
    closed = true;
  }

  final void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }

  /** Runs a short read, which leaves no statement open. */
  final <T extends @Nullable Object> T read(Function<SqliteAdapter, T> body) {
    requireOpen();
    Lease lease = lease();
    SqliteAdapter adapter = lease.adapter();
    adapter.lock.lock();
    try {
      requireOpen();
      adapter.requireNotWriting();
      return body.apply(adapter);
    } catch (SqliteException e) {
      throw translated(e);
    } finally {
      adapter.lock.unlock();
      lease.release().run();
    }
  }

  /** Opens what a cursor reads from. */
  final <R> Feed<R> open(String sql, SqliteAdapter.Binding binding, Shape<R> shape) {
    requireOpen();
    Lease lease = lease();
    SqliteAdapter adapter = lease.adapter();
    boolean handedOver = false;
    adapter.lock.lock();
    try {
      requireOpen();
      adapter.requireNotWriting();
      SqliteAdapter.Rows rows = adapter.iterate(sql, binding);
      handedOver = true;
      return new Feed<>(this, lease, rows, shape);
    } catch (SqliteException e) {
      throw translated(e);
    } finally {
      adapter.lock.unlock();
      if (!handedOver) {
        lease.release().run();
      }
    }
  }

  /** Tells apart what may pass from what has failed. */
  static StorageException translated(SqliteException e) {
    return switch (e.primaryCode()) {
      case ResultCode.BUSY, ResultCode.LOCKED ->
          new StorageBusyException(
              "the database is locked by another writer: " + e.getMessage(), e);
      default -> e;
    };
  }

  /**
   * Returns whether a COMMIT that failed may have been done all the same. SQLite keeps a
   * transaction whose COMMIT found the database busy, and has not written its end when it found the
   * disk full (of which {@link DurableLog#judgeFullDisk} sees to what is not so): both were rolled
   * back. After any other error nobody knows.
   */
  static boolean isUnknown(SqliteException e) {
    return e.isFromCommit()
        && switch (e.primaryCode()) {
          case ResultCode.BUSY, ResultCode.LOCKED, ResultCode.FULL, ResultCode.READONLY -> false;
          default -> true;
        };
  }

  static OutcomeUnknownException unknown(String docId, String operation, SqliteException e) {
    return new OutcomeUnknownException(docId, operation, e);
  }
}
