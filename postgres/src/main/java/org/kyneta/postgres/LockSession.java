package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.kyneta.store.StorageException;
import org.postgresql.PGConnection;

/**
 * A session of the server, on a connection of its own, and the advisory locks that it holds: they
 * end with it, however it ends. Not thread-safe.
 */
final class LockSession implements AutoCloseable {

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

  private final Connection connection;
  private final int number;
  private final Came came;

  private LockSession(Connection connection, int number, Came came) {
    this.connection = connection;
    this.number = number;
    this.came = came;
  }

  /** How a connection came, as it is given back: its pool need not see to that. */
  private record Came(boolean auto, int timeoutMillis, String name) {}

  /**
   * Opens one.
   *
   * @param source gives the connection, and another if that is needed to know a pooler
   * @throws StorageException if a pooler is in between that gives each transaction another session
   */
  static LockSession open(DataSource source) throws SQLException {
    LockSession session = over(source.getConnection());
    boolean opened = false;
    try {
      session.requireOwn(source);
      opened = true;
      return session;
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  private static LockSession over(Connection connection) throws SQLException {
    boolean sound = false;
    try {
      boolean auto = connection.getAutoCommit();
      connection.setAutoCommit(true);
      Came came = new Came(auto, connection.getNetworkTimeout(), nameOf(connection));
      LockSession session = new LockSession(connection, numberOf(connection), came);
      sound = true;
      return session;
    } finally {
      if (!sound) {
        connection.close();
      }
    }
  }

  /**
   * Checks that the connection keeps its session: where another transaction at the same time gets
   * the same one, or drives this connection to another, it does not.
   */
  private void requireOwn(DataSource source) throws SQLException {
    if (number == connection.unwrap(PGConnection.class).getBackendPID()) {
      return;
    }
    try (Connection other = source.getConnection()) {
      boolean auto = other.getAutoCommit();
      other.setAutoCommit(false);
      try {
        if (numberOf(other) == number || !isSame()) {
          throw pooled();
        }
      } finally {
        other.rollback();
        other.setAutoCommit(auto);
      }
    }
  }

  /** Returns what says that the connection does not keep its session. */
  static StorageException pooled() {
    return new StorageException(
        "expected a connection that keeps its session, found a pooler that gives each transaction"
            + " another one, such as PgBouncer with pool_mode = transaction; connect to the server"
            + " itself",
        null);
  }

  /** Returns whether the connection still has the session that it was opened with. */
  boolean isSame() throws SQLException {
    return numberOf(connection) == number;
  }

  private static int numberOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String nameOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW application_name")) {
      rows.next();
      return rows.getString(1);
    }
  }

  Connection connection() {
    return connection;
  }

  /** Sets for how long an answer of the server is waited for. */
  void setPatience(Duration patience) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
  }

  /** Tells the server the name that others are told who ask for a lock that this holds. */
  void setName(String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config('application_name', ?, false)")) {
      statement.setString(1, name.substring(0, Math.min(LONGEST_NAME, name.length())));
      statement.execute();
    }
  }

  /** Takes a lock, or a share of it, unless others have it. */
  boolean tryLock(long key, boolean shared) throws SQLException {
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

  /** Returns whether the server says that this session has a lock, or a share of it. */
  boolean holds(long key) throws SQLException {
    return holders(key).contains(number);
  }

  /** Returns whether any session has a lock, or a share of it. */
  boolean isHeld(long key) throws SQLException {
    return !holders(key).isEmpty();
  }

  private List<Integer> holders(long key) throws SQLException {
    List<Integer> sessions = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(HELD)) {
      statement.setLong(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sessions.add(rows.getInt(1));
        }
      }
    }
    return sessions;
  }

  /** Returns who has a lock, for people to read. */
  String holder(long key) throws SQLException {
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

  /** Gives up a lock, or a share of it. */
  void unlock(long key, boolean shared) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            shared ? "SELECT pg_advisory_unlock_shared(?)" : "SELECT pg_advisory_unlock(?)")) {
      statement.setLong(1, key);
      statement.execute();
    }
  }

  /** Gives up all locks. */
  void unlockAll() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_unlock_all()");
    } catch (SQLException e) {
      // What fails so has ended, and its locks with it.
      return;
    }
  }

  /** Ends the session, and its locks with it. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is closed next, in any case.
      return;
    }
  }

  /**
   * Gives the connection back as it came, which does not give up locks where it goes to a pool. One
   * that cannot be put right is cut.
   */
  @Override
  public void close() {
    try (connection) {
      if (!connection.isClosed()) {
        putRight();
      }
    } catch (SQLException e) {
      // Nothing was written on it.
      return;
    }
  }

  private void putRight() {
    try {
      setName(came.name());
      connection.setNetworkTimeout(Runnable::run, came.timeoutMillis());
      connection.setAutoCommit(came.auto());
    } catch (SQLException e) {
      abort();
    }
  }
}
