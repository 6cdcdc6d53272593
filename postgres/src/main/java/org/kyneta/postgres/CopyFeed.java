package org.kyneta.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.RowFeed;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.StorageException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of one query, as the server sends them one after the other: COPY in binary form, which
 * is one statement and so one snapshot, has no rows waiting on this side whose number would have to
 * be guessed, and costs the server less than a cursor.
 *
 * <p>The first batch is taken when the feed is made. Most streams end within it, and hold no
 * connection from then on.
 *
 * @param <R> the type of the rows
 */
final class CopyFeed<R> implements RowFeed<R> {

  private static final Logger LOG = System.getLogger("org.kyneta.postgres");

  private static final int BATCH_BYTES = 256 << 10;
  private static final int BATCH_ROWS = 1_024;

  /** About what comes in the time that another connection would take. */
  private static final int DRAINED_BYTES = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Owner owner;
  private final RowShape<R> shape;
  private final CopyRows rows = new CopyRows();
  private final @Nullable Throwable openedAt;
  private @Nullable Connection connection;
  private @Nullable CopyOut copy;
  private @Nullable StorageException failure;
  private List<R> first = List.of();
  private Watch watch = Watch.NONE;

  /** Whose feeds these are. */
  interface Owner {

    /** Throws if the store is closed. */
    void requireOpen();

    /** Takes note of a feed that holds a connection. */
    void opened(CopyFeed<?> feed);

    /** Takes note that it holds none any more, and takes the connection back. */
    void finished(CopyFeed<?> feed, Connection connection);
  }

  /**
   * Begins to read.
   *
   * @param owner takes the connection back
   * @param connection the connection, outside a transaction or inside one
   * @param sql the statement
   * @param shape reads the rows
   */
  CopyFeed(Owner owner, Connection connection, String sql, RowShape<R> shape) {
    this.owner = owner;
    this.connection = connection;
    this.shape = shape;
    try {
      this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
      this.first = take();
    } catch (SQLException e) {
      release();
      throw Failures.translated(e);
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
    this.openedAt = this.copy == null ? null : new Throwable("the cursor was opened here");
    if (this.copy != null) {
      watch = LeakDetector.watch("cursor");
      owner.opened(this);
    }
  }

  @Override
  public boolean isOpen() {
    return copy != null;
  }

  @Override
  public void requireOpen() {
    owner.requireOpen();
  }

  @Override
  public List<R> nextBatch() {
    if (!first.isEmpty()) {
      List<R> batch = first;
      first = List.of();
      return batch;
    }
    lock.lock();
    try {
      owner.requireOpen();
      if (failure != null) {
        throw failure;
      }
      return take();
    } catch (SQLException e) {
      // A statement that failed must not look like one that has come to its end.
      failure = Failures.translated(e);
      release();
      throw failure;
    } finally {
      lock.unlock();
    }
  }

  private List<R> take() throws SQLException {
    List<R> batch = new ArrayList<>();
    int bytes = 0;
    CopyOut from = copy;
    while (from != null && batch.size() < BATCH_ROWS && bytes < BATCH_BYTES) {
      byte[] data = from.readFromCopy();
      if (data == null) {
        rows.requireEnd();
        copy = null;
        release();
        break;
      }
      rows.add(data);
      while (rows.next()) {
        R row = shape.take(rows);
        bytes += shape.size(row);
        batch.add(row);
      }
    }
    return batch;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      release();
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what this holds, since its store is closed. */
  void closeWithStore() {
    watch.outlived();
    close();
  }

  /** Gives back what a forgotten cursor held. */
  @Override
  public void run() {
    if (isOpen()) {
      LOG.log(
          Level.WARNING,
          "a cursor was forgotten before it was closed or read to its end; it is closed now",
          openedAt);
      watch.forgotten();
    }
    close();
  }

  /**
   * Gives the connection back. A statement that has more to say is heard out if that is soon done;
   * else the connection is cut, since a request to cancel it would come at its own time, and might
   * hit what is done with the connection next.
   */
  private void release() {
    Connection open = connection;
    if (open == null) {
      return;
    }
    connection = null;
    watch.closed();
    CopyOut unread = copy;
    copy = null;
    try {
      if (unread != null && !endsWithin(unread, DRAINED_BYTES)) {
        open.abort(Runnable::run);
      }
    } catch (SQLException e) {
      // Whatever the connection is good for now, its pool finds out; nothing was written on it.
      LOG.log(Level.DEBUG, "a cursor could not be left early", e);
    } finally {
      owner.finished(this, open);
    }
  }

  private static boolean endsWithin(CopyOut copy, long bytes) {
    try {
      long left = bytes;
      while (left > 0) {
        byte[] data = copy.readFromCopy();
        if (data == null) {
          return true;
        }
        left -= data.length;
      }
      return false;
    } catch (SQLException e) {
      return false;
    }
  }
}
