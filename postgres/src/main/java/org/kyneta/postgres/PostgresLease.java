package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
import org.postgresql.PGConnection;

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
  private static final int PATIENCE_SECONDS = 10;

  /** The server cuts longer names off. */
  private static final int LONGEST_NAME = 63;

  private static final String HELD =
      """
      SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint = ?\
      """;

  private static final String HOLDER =
      "SELECT application_name, pid, date_trunc('second', backend_start)::text"
          + " FROM pg_stat_activity WHERE pid IN ("
          + HELD
          + ")";

  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Connection connection;
  private final String name;
  private final long key;
  private final int session;
  private final Mode mode;
  private final Watch watch;

  private PostgresLease(Connection connection, String name, long key, int session, Mode mode) {
    this.connection = connection;
    this.name = name;
    this.key = key;
    this.session = session;
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
    String holder = "%s, process %d".formatted(purpose, ProcessHandle.current().pid());
    String cut = holder.substring(0, Math.min(LONGEST_NAME, holder.length()));
    Connection connection = null;
    boolean taken = false;
    try {
      connection = source.getConnection();
      connection.setAutoCommit(true);
      int session = requireSession(source, connection);
      String where = schemaOf(connection, tables) + "." + tables.recordsName();
      long key = Hashes.first8Bytes("kyneta lease\0" + where.replace('.', '\0'));
      setName(connection, cut);
      if (!tryLock(connection, key, mode.isShared())) {
        throw new HeldException(where, holder(connection, key));
      }
      requireNoOther(connection, where, mode);
      PostgresLease lease = new PostgresLease(connection, where, key, session, mode);
      lease.requireHeld();
      taken = true;
      return lease;
    } catch (SQLException e) {
      throw Failures.translated(e);
    } finally {
      if (!taken && connection != null) {
        unlockAll(connection);
        giveBack(connection);
      }
    }
  }

  /**
   * Returns the server's number of the session, having seen that the connection keeps it: where
   * another transaction at the same time gets the same one, or drives this connection to another,
   * it does not.
   */
  private static int requireSession(DataSource source, Connection connection) throws SQLException {
    int session = session(connection);
    if (session == connection.unwrap(PGConnection.class).getBackendPID()) {
      return session;
    }
    try (Connection other = source.getConnection()) {
      boolean auto = other.getAutoCommit();
      other.setAutoCommit(false);
      try {
        boolean shared = session(other) == session || session(connection) != session;
        if (shared) {
          throw pooled();
        }
      } finally {
        other.rollback();
        other.setAutoCommit(auto);
      }
    }
    return session;
  }

  private static StorageException pooled() {
    return new StorageException(
        "expected a connection that keeps its session, found a pooler that gives each transaction"
            + " another one, such as PgBouncer with pool_mode = transaction; connect to the server"
            + " itself",
        null);
  }

  private static int session(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  static String schemaOf(Connection connection, TableNames tables) throws SQLException {
    String sql =
        """
        SELECT coalesce(
          (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass(?)),
          quote_ident(current_schema()))\
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, TableNames.quote(tables.recordsName()));
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        String schema = rows.getString(1);
        if (schema == null) {
          throw new StorageException(
              "expected a schema along the search path, found none; where would tables be?", null);
        }
        return schema;
      }
    }
  }

  private static void setName(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config('application_name', ?, false)")) {
      statement.setString(1, name);
      statement.execute();
    }
  }

  /** Takes the lock that shows a share's mode, and checks that nobody has one of another mode. */
  private static void requireNoOther(Connection connection, String where, Mode mode)
      throws SQLException {
    if (!mode.isShared()) {
      return;
    }
    if (!tryLock(connection, mode.key(where), /* shared= */ true)) {
      throw new HeldException(where, holder(connection, mode.key(where)));
    }
    long other = (mode == Mode.RELAY ? Mode.WRITER : Mode.RELAY).key(where);
    try (PreparedStatement statement = connection.prepareStatement(HELD)) {
      statement.setLong(1, other);
      try (ResultSet rows = statement.executeQuery()) {
        if (rows.next()) {
          throw new HeldException(where, holder(connection, other));
        }
      }
    }
  }

  private static boolean tryLock(Connection connection, long key, boolean shared)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            shared ? "SELECT pg_try_advisory_lock_shared(?)" : "SELECT pg_try_advisory_lock(?)")) {
      statement.setLong(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    }
  }

  private static String holder(Connection connection, long key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
      statement.setLong(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? "%s (server process %d, since %s)"
                .formatted(rows.getString(1), rows.getInt(2), rows.getString(3))
            : "one that has gone meanwhile";
      }
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
      connection.setNetworkTimeout(Runnable::run, PATIENCE_SECONDS * 1_000);
      try (PreparedStatement statement = connection.prepareStatement(HELD)) {
        statement.setLong(1, key);
        try (ResultSet rows = statement.executeQuery()) {
          boolean found = false;
          while (rows.next()) {
            found |= rows.getInt(1) == session;
          }
          if (!found) {
            throw lost("the server knows nothing of it", null);
          }
        }
      }
      int now = session(connection);
      if (now != session) {
        throw lost("a pooler has given the connection another session", pooled());
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
    try (PreparedStatement statement =
        connection.prepareStatement(
            mode.isShared()
                ? "SELECT pg_advisory_unlock_shared(?), pg_advisory_unlock_shared(?)"
                : "SELECT pg_advisory_unlock(?)")) {
      statement.setLong(1, key);
      if (mode.isShared()) {
        statement.setLong(2, mode.key(name));
      }
      statement.execute();
      try (Statement reset = connection.createStatement()) {
        reset.execute("RESET application_name");
      }
    } catch (SQLException e) {
      // The lock ends with the connection as well.
      abort();
    } finally {
      giveBack(connection);
    }
  }

  private static void unlockAll(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_unlock_all()");
    } catch (SQLException e) {
      // What fails so has ended, and its locks with it.
      return;
    }
  }

  private void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is closed next, in any case.
      return;
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written on it.
      return;
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
