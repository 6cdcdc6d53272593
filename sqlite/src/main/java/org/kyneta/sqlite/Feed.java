package org.kyneta.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.RowFeed;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.StorageException;

/**
 * What a cursor reads from: the rows of one statement, taken in batches.
 *
 * <p>The first batch is taken when the feed is made, which fixes its snapshot; most streams end
 * within it, and hold no connection from then on. A feed knows nothing of its cursor, so that it
 * can outlive one that was forgotten: as a cleaner's action it then gives back what it holds.
 *
 * <p>All but {@link #run()}, {@link #nextBatch()} and {@link #close()} is called by the thread that
 * holds the adapter's lock.
 */
final class Feed<R> implements RowFeed<R> {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private static final int FIRST_BATCH_ROWS = 32;
  private static final int LARGEST_BATCH_ROWS = 512;
  private static final int BATCH_BYTES = 256 << 10;

  /** How much of a detached cursor's rest is kept in memory; what is beyond goes into a file. */
  static final int ASIDE_IN_MEMORY = 1 << 20;

  private final Connections owner;
  private final Lease lease;
  private final SqliteAdapter adapter;
  private final Shape<R> shape;
  private final @Nullable Throwable openedAt;
  private final ArrayDeque<R> aside = new ArrayDeque<>(0);
  private @Nullable Rows rows;
  private @Nullable Spill<R> spill;
  private @Nullable StorageException failure;

  /** Whether rows were taken and never handed out, so that what follows them must not be either. */
  private boolean broken;

  private List<R> first;
  private int batchRows = FIRST_BATCH_ROWS;
  private boolean closed;
  private Watch watch = Watch.NONE;

  /** A connection for reading, and how to give it back. */
  record Lease(SqliteAdapter adapter, Runnable release) {}

  /** Takes the first batch; the caller holds the adapter's lock. */
  Feed(Connections owner, Lease lease, Rows rows, Shape<R> shape) {
    this.owner = owner;
    this.lease = lease;
    this.adapter = lease.adapter();
    this.shape = shape;
    this.rows = rows;
    this.first = List.of();
    boolean done = false;
    try {
      this.first = take(rows);
      done = true;
    } finally {
      if (!done) {
        release();
      }
    }
    // Only a feed that holds something can leak it, and only then is the place worth its price.
    this.openedAt = this.rows == null ? null : new Throwable("the cursor was opened here");
    if (this.rows != null) {
      watch = LeakDetector.watch("cursor");
      adapter.opened(this);
    }
  }

  Connections owner() {
    return owner;
  }

  /** Returns whether this holds a connection or a file. */
  @Override
  public boolean isOpen() {
    return rows != null || spill != null;
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
    adapter.lock.lock();
    try {
      owner.requireOpen();
      requireUnbroken();
      boolean done = false;
      try {
        List<R> batch = more();
        done = true;
        return batch;
      } finally {
        if (!done) {
          broken = true;
          releaseRows();
        }
      }
    } catch (SqliteException e) {
      // A statement that failed must not look like one that has come to its end.
      failure = Connections.translated(e);
      throw failure;
    } finally {
      adapter.lock.unlock();
    }
  }

  private void requireUnbroken() {
    if (failure != null) {
      throw failure;
    }
    if (broken) {
      throw new StorageException(
          "expected a cursor that can be read on, found one that has failed; open another", null);
    }
  }

  private List<R> more() {
    Rows from = rows;
    if (from == null) {
      return takeAside();
    }
    batchRows = Math.min(batchRows * 4, LARGEST_BATCH_ROWS);
    return take(from);
  }

  private List<R> take(Rows from) {
    List<R> batch = new ArrayList<>(batchRows);
    int bytes = 0;
    while (batch.size() < batchRows && bytes < BATCH_BYTES) {
      if (!from.next()) {
        releaseRows();
        break;
      }
      R row = shape.take(from);
      bytes += shape.size(row);
      batch.add(row);
    }
    return batch;
  }

  private List<R> takeAside() {
    if (!aside.isEmpty()) {
      List<R> batch = new ArrayList<>(aside);
      aside.clear();
      return batch;
    }
    List<R> batch = new ArrayList<>();
    if (spill == null) {
      return batch;
    }
    try {
      int bytes = 0;
      while (bytes < BATCH_BYTES) {
        R row = spill.poll();
        if (row == null) {
          closeSpill();
          break;
        }
        bytes += shape.size(row);
        batch.add(row);
      }
      return batch;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Reads the rest, so that the connection may be written to without the cursor's seeing it. */
  void detach() {
    Rows from = rows;
    if (from == null) {
      return;
    }
    boolean done = false;
    try {
      int bytes = 0;
      while (from.next()) {
        R row = shape.take(from);
        bytes = Math.min(ASIDE_IN_MEMORY + 1, bytes + shape.size(row));
        if (bytes <= ASIDE_IN_MEMORY) {
          aside.add(row);
        } else {
          if (spill == null) {
            spill = new Spill<>(shape);
          }
          spill.add(row);
        }
      }
      done = true;
    } catch (IOException e) {
      failed(e);
    } catch (StorageException e) {
      failure = e;
    } finally {
      broken |= !done;
      releaseRows();
    }
  }

  private StorageException failed(IOException e) {
    failure =
        new StorageException(
            "expected to keep a cursor's rest in a temporary file, found: " + e.getMessage(), e);
    return failure;
  }

  private void releaseRows() {
    Rows open = rows;
    if (open == null) {
      return;
    }
    rows = null;
    adapter.finished(this);
    endWatch();
    try {
      open.close();
    } finally {
      lease.release().run();
    }
  }

  private void closeSpill() {
    Spill<R> open = spill;
    if (open == null) {
      return;
    }
    spill = null;
    endWatch();
    try {
      open.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a cursor's temporary file could not be removed", e);
    }
  }

  private void endWatch() {
    if (!isOpen()) {
      watch.closed();
    }
  }

  /** Gives back what this holds, since what it belongs to is closed. */
  void releaseWithOwner() {
    watch.outlived();
    release();
  }

  /** Gives back what this holds. */
  private void release() {
    closed = true;
    aside.clear();
    closeSpill();
    releaseRows();
  }

  @Override
  public void close() {
    adapter.lock.lock();
    try {
      release();
    } finally {
      adapter.lock.unlock();
    }
  }

  /** Gives back what a forgotten cursor held. */
  @Override
  public void run() {
    adapter.lock.lock();
    try {
      if (!closed && isOpen()) {
        LOG.log(
            Level.WARNING,
            "a cursor was forgotten before it was closed or read to its end; it is closed now",
            openedAt);
        watch.forgotten();
      }
      release();
    } finally {
      adapter.lock.unlock();
    }
  }
}
