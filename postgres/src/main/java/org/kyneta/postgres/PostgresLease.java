package org.kyneta.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.TableNames;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.StorageException;

/**
 * The right to be the only one that serves, compacts or fills the tables of a store in PostgreSQL.
 * It keeps out those who ask for it, and nobody else: a store can be written to without one.
 *
 * <p>It is an advisory lock of a session, whose number follows from the schema and the name of the
 * records' table. So it ends with the connection that it was taken on, however that ends, and its
 * holder must stop when that happens: see {@link #onLoss}. The server is told the holder's name as
 * {@code application_name}, by which whoever is refused learns of it.
 *
 * <p>Behind a pooler that gives each transaction another session, such as PgBouncer in transaction
 * mode, there can be no lease; taking one is refused where that can be seen, and else it counts as
 * lost as soon as it can. Safe for use by several threads.
 */
public final class PostgresLease implements AutoCloseable {

  private static final Duration CHECK_EVERY = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LockSession session;
  private final String name;
  private final long key;
  private final Mode mode;
  private final Watch watch;

  private PostgresLease(LockSession session, String name, long key, Mode mode) {
    this.session = session;
    this.name = name;
    this.key = key;
    this.mode = mode;
    this.watch = LeakDetector.watch(this, "PostgreSQL connection of a lease");
  }

  /**
   * Takes the lease on a store, on a connection of its own.
   *
   * @param source gives the connection, which is given back when the lease is closed
   * @param tables the names of the store's tables, which need not exist yet
   * @param purpose what for, in a few words that others are told, such as {@code kyneta serve}
   * @throws HeldException if somebody else has it; the message says who
   * @throws StorageException if the database cannot be reached, or a pooler is in between with
   *     which there is no lease
   */
  public static PostgresLease take(DataSource source, TableNames tables, String purpose) {
    return take(source, tables, purpose, Mode.WHOLE);
  }

  /**
   * Takes a share of the lease on a store, beside others who have one: for those who may write at
   * the same time, but not while somebody has the whole.
   *
   * @param source gives the connection, which is given back when the lease is closed
   * @param tables the names of the store's tables, which need not exist yet
   * @param purpose what for, in a few words that others are told, such as {@code kyneta record}
   * @throws HeldException if somebody has the whole; the message says who
   * @throws StorageException if the database cannot be reached, or a pooler is in between with
   *     which there is no lease
   */
  public static PostgresLease share(DataSource source, TableNames tables, String purpose) {
    return take(source, tables, purpose, Mode.WRITER);
  }

  /**
   * Takes a share of the lease on a store as a relay: beside other relays, but neither while
   * somebody has the whole, nor beside those who {@linkplain #share share} it for another purpose.
   *
   * @param source gives the connection, which is given back when the lease is closed
   * @param tables the names of the store's tables, which need not exist yet
   * @param purpose what for, in a few words that others are told, such as {@code kyneta serve}
   * @throws HeldException if somebody has what excludes relays; the message says who
   * @throws StorageException if the database cannot be reached, or a pooler is in between with
   *     which there is no lease
   */
  public static PostgresLease join(DataSource source, TableNames tables, String purpose) {
    return take(source, tables, purpose, Mode.RELAY);
  }

  /** Who may have the lease at the same time: those of one shared mode. */
  private enum Mode {
    WHOLE,
    WRITER,
    RELAY;

    boolean isShared() {
      return this != WHOLE;
    }

    /**
     * Returns the number of the lock that shows who of a mode is there: an advisory lock knows only
     * shares that all go together. Whoever takes the lease shows itself first and then looks for
     * the others, so that of two who come at once at least one sees the other.
     */
    long key(String where) {
      return Hashes.first8Bytes("kyneta " + name() + "\0" + where.replace('.', '\0'));
    }
  }

  private static PostgresLease take(
      DataSource source, TableNames tables, String purpose, Mode mode) {
    Objects.requireNonNull(tables, "tables");
    LockSession session = null;
    boolean taken = false;
    try {
      session = LockSession.open(source);
      String where = Catalog.schemaOf(session.connection(), tables) + "." + tables.recordsName();
      long key = Hashes.first8Bytes("kyneta lease\0" + where.replace('.', '\0'));
      session.setName("%s, process %d".formatted(purpose, ProcessHandle.current().pid()));
      if (!session.tryLock(key, mode.isShared())) {
        throw new HeldException(where, session.holder(key));
      }
      requireNoOther(session, where, mode);
      PostgresLease lease = new PostgresLease(session, where, key, mode);
      lease.requireHeld();
      taken = true;
      return lease;
    } catch (SQLException e) {
      throw Failures.translated(e);
    } finally {
      if (!taken && session != null) {
        session.unlockAll();
        session.close();
      }
    }
  }

  /** Takes the lock that shows a share's mode, and checks that nobody has one of another mode. */
  private static void requireNoOther(LockSession session, String where, Mode mode)
      throws SQLException {
    if (!mode.isShared()) {
      return;
    }
    if (!session.tryLock(mode.key(where), /* shared= */ true)) {
      throw new HeldException(where, session.holder(mode.key(where)));
    }
    long other = (mode == Mode.RELAY ? Mode.WRITER : Mode.RELAY).key(where);
    if (session.isHeld(other)) {
      throw new HeldException(where, session.holder(other));
    }
  }

  /**
   * Checks with the server that this lease is still held.
   *
   * @throws StorageException if it is lost, or was given up
   */
  public void requireHeld() {
    lock.lock();
    try {
      if (closed.getCount() == 0) {
        throw lost("it was given up", null);
      }
      session.setPatience(PATIENCE);
      if (!session.holds(key)) {
        throw lost("the server knows nothing of it", null);
      }
      if (!session.isSame()) {
        throw lost("a pooler has given the connection another session", LockSession.pooled());
      }
    } catch (SQLException e) {
      throw lost(String.valueOf(e.getMessage()), e);
    } finally {
      lock.unlock();
    }
  }

  private StorageException lost(String why, @Nullable Throwable cause) {
    return new StorageException("the lease on %s is lost: %s".formatted(name, why), cause);
  }

  /**
   * Has the lease checked every few seconds from now on, until it is closed or lost.
   *
   * @param told is told of the loss, once, by a thread of its own
   */
  public void onLoss(Consumer<? super StorageException> told) {
    Objects.requireNonNull(told, "told");
    Thread.ofPlatform().daemon().name("kyneta-lease").start(() -> watch(told));
  }

  private void watch(Consumer<? super StorageException> told) {
    try {
      while (!closed.await(CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          requireHeld();
        } catch (StorageException e) {
          if (closed.getCount() > 0) {
            told.accept(e);
          }
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the lease up, and its connection back. Doing so again does nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed.getCount() > 0) {
        closed.countDown();
        watch.closed();
        unlock();
      }
    } finally {
      lock.unlock();
    }
  }

  private void unlock() {
    try {
      session.unlock(key, mode.isShared());
      if (mode.isShared()) {
        session.unlock(mode.key(name), /* shared= */ true);
      }
    } catch (SQLException e) {
      // The lock ends with the session as well.
      session.abort();
    } finally {
      session.close();
    }
  }

  /** Returns the schema and table that it is for. */
  @Override
  public String toString() {
    return "lease on " + name;
  }

  /** Thrown when somebody else holds the lease; the message says who. */
  public static final class HeldException extends StorageException {

    private static final long serialVersionUID = 1L;

    private HeldException(String store, String holder) {
      super("%s: expected to be its only user, found another: %s".formatted(store, holder), null);
    }
  }
}
