package org.kyneta.jooq;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.kyneta.jooq.Access.Lease;
import org.kyneta.sql.RowFeed;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;

/**
 * What a cursor reads from. The first batch is taken when the feed is made, and most streams end
 * within it; the others keep their connection, and with it the snapshot, until they end.
 */
final class JooqFeed<R> implements RowFeed<R> {

  private static final Logger LOG = System.getLogger("org.kyneta.jooq");

  private static final int FIRST_BATCH_ROWS = 32;
  private static final int LARGEST_BATCH_ROWS = 512;
  private static final int BATCH_BYTES = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Lifecycle lifecycle;
  private final Access access;
  private final ToIntFunction<R> size;
  private final @Nullable Throwable openedAt;
  private @Nullable Lease lease;
  private @Nullable Rows<R> rows;
  private @Nullable StorageException failure;
  private List<R> first = List.of();
  private int batchRows = FIRST_BATCH_ROWS;
  private boolean kept;
  private Watch watch = Watch.NONE;
  private volatile boolean open;

  /** Runs a query and takes the first batch of its rows. */
  JooqFeed(
      Lifecycle lifecycle,
      Access access,
      Function<DSLContext, Rows<R>> query,
      ToIntFunction<R> size) {
    this.lifecycle = lifecycle;
    this.access = access;
    this.size = size;
    Lease taken = access.lease();
    this.lease = taken;
    boolean done = false;
    try {
      Rows<R> opened = query.apply(taken.dsl());
      this.rows = opened;
      boolean whole = access.mustReadAtOnce();
      this.first = take(opened, whole ? Integer.MAX_VALUE : batchRows);
      this.kept = rows != null && keep();
      done = true;
    } catch (DataAccessException e) {
      throw access.failed(e);
    } finally {
      if (!done) {
        release();
      }
    }
    this.open = rows != null;
    this.openedAt = open ? new Throwable("the cursor was opened here") : null;
    if (open) {
      watch = LeakDetector.watch("cursor");
      lifecycle.opened(this);
    }
  }

  private boolean keep() {
    if (!access.tryKeep()) {
      throw new StorageBusyException(
          access + ": expected fewer open cursors than JooqOptions.maxCursors, found as many",
          null);
    }
    return true;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void requireOpen() {
    lifecycle.requireOpen();
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
      lifecycle.requireOpen();
      if (failure != null) {
        throw failure;
      }
      batchRows = Math.min(batchRows * 4, LARGEST_BATCH_ROWS);
      return rows == null ? List.of() : take(rows, batchRows);
    } catch (DataAccessException e) {
      // A query that failed must not look like one that has come to its end.
      failure = access.failed(e);
      release();
      throw failure;
    } finally {
      lock.unlock();
    }
  }

  private List<R> take(Rows<R> from, int most) {
    List<R> batch = new ArrayList<>();
    long bytes = 0;
    boolean whole = most == Integer.MAX_VALUE;
    while (batch.size() < most && (whole || bytes < BATCH_BYTES)) {
      R row = from.next();
      if (row == null) {
        release();
        break;
      }
      bytes += size.applyAsInt(row);
      batch.add(row);
    }
    return batch;
  }

  private void release() {
    Rows<R> openRows = rows;
    Lease taken = lease;
    rows = null;
    lease = null;
    open = false;
    watch.closed();
    lifecycle.finished(this);
    try {
      if (openRows != null) {
        openRows.close();
      }
    } catch (DataAccessException e) {
      LOG.log(Level.DEBUG, "a cursor's result could not be closed", e);
    } finally {
      if (taken != null) {
        taken.release().run();
      }
      if (kept) {
        kept = false;
        access.keepNoMore();
      }
    }
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

  @Override
  public void run() {
    if (open) {
      LOG.log(
          Level.WARNING,
          "a cursor was forgotten before it was closed or read to its end; it is closed now",
          openedAt);
      watch.forgotten();
    }
    close();
  }
}
