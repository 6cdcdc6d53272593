package org.kyneta.sqlite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;

/**
 * One SQLite connection, as the store needs it: the seam between the store and an SQLite binding.
 *
 * <p>A binding implements {@link #exec}, {@link #iterate} and {@link #close}; {@link #transaction}
 * may stay as it is. The store calls them by one thread at a time, under a lock that this class
 * holds, so that several stores with different table names may share one adapter. Besides what
 * those stores do, nothing else may use the connection while one of them is open.
 *
 * <p>Parameters and columns are passed by position and type, without boxing and without a map a
 * row. Every error is thrown as {@link SqliteException} with SQLite's own result code.
 */
public abstract class SqliteAdapter implements AutoCloseable {

  /**
   * Guards the connection and whatever is read from it. It is fair, since where several threads
   * share a connection, those that run would else pass over the one that waits to close it.
   */
  final ReentrantLock lock = new ReentrantLock(/* fair= */ true);

  private final Set<Feed<?>> feeds = new LinkedHashSet<>();
  private boolean writing;
  private UnaryOperator<SqliteException> fullDisk = e -> e;
  private volatile boolean unsound;

  /** Makes an adapter. */
  protected SqliteAdapter() {}

  /**
   * Runs a statement that returns no rows.
   *
   * @param sql the statement; texts come from a small fixed set, so that prepared statements are
   *     best kept
   * @param binding gives the parameters
   * @return how many rows it inserted, updated or deleted; any number for other statements
   * @throws SqliteException if SQLite reports an error
   */
  public abstract long exec(String sql, Binding binding);

  /**
   * Runs a statement that returns rows, lazily. Its snapshot is taken when the first row is asked
   * for. Several may be open at once.
   *
   * @param sql the statement
   * @param binding gives the parameters
   * @return the rows, which are to be closed
   * @throws SqliteException if SQLite reports an error
   */
  public abstract Rows iterate(String sql, Binding binding);

  /**
   * Runs a function as one transaction that no other connection can interleave with: it takes the
   * right to write before it reads. When the function throws, the transaction is rolled back and
   * the exception passed on.
   *
   * @param <T> the type of the result
   * @param body the function
   * @return the function's result
   * @throws SqliteException if SQLite reports an error; if it was COMMIT that failed, by whatever
   *     it threw, {@link SqliteException#isFromCommit()} is true
   */
  public <T extends @Nullable Object> T transaction(Supplier<T> body) {
    exec("BEGIN IMMEDIATE", Binding.NONE);
    T result;
    try {
      result = body.get();
    } catch (RuntimeException | Error e) {
      rollBack(e);
      throw e;
    }
    try {
      exec("COMMIT", Binding.NONE);
    } catch (SqliteException e) {
      rollBack(e);
      throw e.fromCommit();
    } catch (RuntimeException | Error e) {
      // A binding that runs out of memory, say, may do so once SQLite is done.
      SqliteException unknown = new SqliteException(name() + ": " + e, ResultCode.INTERNAL, e);
      rollBack(unknown);
      throw unknown.fromCommit();
    }
    return result;
  }

  /** Runs a function that only reads, on one snapshot. */
  final void snapshot(Runnable body) {
    exec("BEGIN", Binding.NONE);
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      rollBack(e);
      throw e;
    }
    try {
      exec("ROLLBACK", Binding.NONE);
    } catch (SqliteException e) {
      if (e.primaryCode() != ResultCode.ERROR) {
        throw e;
      }
      // After an error of the disk's, which the function has dealt with, SQLite has done so.
    }
  }

  private void rollBack(Throwable reason) {
    try {
      exec("ROLLBACK", Binding.NONE);
    } catch (SqliteException e) {
      // Some errors make SQLite roll back by itself, and then there is nothing left to do.
      if (e.primaryCode() != ResultCode.ERROR) {
        reason.addSuppressed(e);
      }
    }
  }

  /**
   * Has a function called again and again while statements of this connection run, by the thread
   * that runs them, every few instructions of SQLite's (sqlite3_progress_handler).
   *
   * @param watch what is called, and ends the statement with SQLITE_INTERRUPT if it returns true;
   *     it must not use the connection nor throw; null for nothing
   * @return whether this binding can; as it is, it cannot
   * @throws SqliteException if SQLite reports an error
   */
  public boolean watch(@Nullable BooleanSupplier watch) {
    return false;
  }

  /** Returns what messages call this connection, such as the file's path. */
  public String name() {
    return "SQLite connection";
  }

  /**
   * Returns what tells the SQLite library of this connection from another one: the same text as
   * {@link SqliteBinding#library()} of a binding to the same library. While a store is open over
   * this connection, its file is refused to whoever has another answer. An adapter around another
   * one answers what that one does; as it is, this names the adapter's class and its class loader.
   */
  public String library() {
    return OpenFiles.library(getClass().getName(), getClass());
  }

  /** Closes the connection and all that belongs to it. Closing it again does nothing. */
  @Override
  public abstract void close();

  /** Gives a statement its parameters. */
  @FunctionalInterface
  public interface Binding {

    /** No parameters. */
    Binding NONE = parameters -> {};

    /** Sets each parameter once. */
    void bind(Parameters parameters);
  }

  /** The parameters of a statement, by their position from 1. */
  public interface Parameters {

    /**
     * Sets a parameter to text.
     *
     * @param position from 1
     * @param value text without unpaired surrogates, bound with its full length even if it holds
     *     NUL; or null for NULL
     */
    void text(int position, @Nullable String value);

    /**
     * Sets a parameter to an integer.
     *
     * @param position from 1
     * @param value any value
     */
    void integer(int position, long value);

    /**
     * Sets a parameter to a blob.
     *
     * @param position from 1
     * @param value the bytes, an empty array for an empty blob; or null for NULL
     */
    void blob(int position, byte @Nullable [] value);
  }

  /** The rows of a statement, one at a time; columns are numbered from 1. */
  public interface Rows extends AutoCloseable {

    /**
     * Goes to the next row.
     *
     * @return false if there is none
     * @throws SqliteException if SQLite reports an error
     */
    boolean next();

    /** Returns whether a column is NULL. */
    boolean isNull(int column);

    /** Returns an integer column; 0 if it is NULL. */
    long integer(int column);

    /** Returns a text column with its full length even if it holds NUL; null if it is NULL. */
    @Nullable String text(int column);

    /** Returns a blob as it is, or the UTF-8 bytes of a text, in a new array; null if NULL. */
    byte @Nullable [] bytes(int column);

    /** Releases the statement. Closing it again does nothing. */
    @Override
    void close();
  }

  /** Registers what reads from this connection, so that a write can take its rest aside first. */
  final void opened(Feed<?> feed) {
    feeds.add(feed);
  }

  /** Forgets what has read all that it wanted. */
  final void finished(Feed<?> feed) {
    feeds.remove(feed);
  }

  /** Notes that nobody knows what has become of a COMMIT, for all stores over this connection. */
  final void markUnsound() {
    unsound = true;
  }

  /**
   * Refuses a connection on which nobody knows what has become of a COMMIT.
   *
   * @throws StorageException if it is one
   */
  final void requireSound() {
    if (unsound) {
      throw new StorageException(
          name()
              + ": expected a sound connection, found one on which a COMMIT has failed;"
              + " open the store anew over another connection",
          null);
    }
  }

  /** Lets somebody say what it means that a COMMIT of a write found the disk full. */
  final void judgeFullDiskBy(UnaryOperator<SqliteException> judge) {
    fullDisk = judge;
  }

  /** Refuses what a write's own records must not do on the connection that writes. */
  final void requireNotWriting() {
    if (writing) {
      throw new IllegalStateException(
          "the records of a running write must not write to the store, nor read from it over the"
              + " same connection");
    }
  }

  /**
   * Runs a write by the thread that holds the lock, after taking aside what cursors have open.
   *
   * @param patience how long to wait for the lock of another connection, beyond the time that this
   *     connection waits by itself
   */
  final <T extends @Nullable Object> T write(Supplier<T> body, Duration patience) {
    requireNotWriting();
    detachCursors();
    LockWait wait = null;
    while (true) {
      BegunBody<T> begun = new BegunBody<>(body);
      writing = true;
      try {
        return transaction(begun);
      } catch (SqliteException e) {
        if (e.primaryCode() == ResultCode.FULL && e.isFromCommit()) {
          throw fullDisk.apply(e);
        }
        if (e.primaryCode() != ResultCode.BUSY || begun.begun) {
          throw e;
        }
        if (wait == null) {
          wait = new LockWait(patience);
        }
        if (!wait.rest()) {
          throw e;
        }
      } finally {
        writing = false;
      }
    }
  }

  /** Tells whether a transaction has come to its body: from then on it is not begun anew. */
  private static final class BegunBody<T extends @Nullable Object> implements Supplier<T> {

    private final Supplier<T> body;
    private boolean begun;

    BegunBody(Supplier<T> body) {
      this.body = body;
    }

    @Override
    public T get() {
      begun = true;
      return body.get();
    }
  }

  /** Closes what an owner has open on this connection, by the thread that holds the lock. */
  final void closeFeeds(Object owner) {
    for (Feed<?> feed : new ArrayList<>(feeds)) {
      if (feed.owner().equals(owner)) {
        feed.releaseWithOwner();
      }
    }
  }

  /** Makes every open cursor independent of this connection. */
  final void detachCursors() {
    for (Feed<?> feed : new ArrayList<>(feeds)) {
      feed.detach();
    }
  }
}
