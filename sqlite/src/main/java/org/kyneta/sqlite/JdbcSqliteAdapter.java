package org.kyneta.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;

/**
 * The adapter for an SQLite connection of JDBC.
 *
 * {@snippet class="org.kyneta.sqlite.Examples" region="over"}
 *
 * <p>Statements are prepared once and kept. {@link #close()} releases them, and the connection too
 * if the adapter opened it.
 */
public final class JdbcSqliteAdapter extends SqliteAdapter {

  private final Connection connection;
  private final Ownership ownership;
  private final String name;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Map<String, Deque<PreparedStatement>> queries = new HashMap<>();
  private final JdbcParameters parameters = new JdbcParameters();
  private final Runnable restoring;
  private final Watch watch;
  private boolean closed;

  private enum Ownership {
    /** The connection is closed with the adapter. */
    OWNED,
    /** The connection stays open; its transactions are the adapter's. */
    LENT,
    /** The connection stays open, and its transactions are its owner's. */
    HOSTED
  }

  private JdbcSqliteAdapter(
      Connection connection, Ownership ownership, String name, Runnable restoring) {
    this.connection = connection;
    this.ownership = ownership;
    this.name = name;
    this.restoring = restoring;
    this.watch =
        ownership == Ownership.OWNED
            ? LeakDetector.watch(this, "SQLite connection " + name)
            : Watch.NONE;
  }

  /**
   * Returns an adapter over the caller's connection, which stays open when the adapter is closed.
   *
   * @param connection a connection to SQLite in auto-commit mode; as long as a store is open over
   *     it, nothing else may use it
   * @throws IllegalArgumentException if the connection is closed or not in auto-commit mode
   */
  public static JdbcSqliteAdapter over(Connection connection) {
    try {
      if (connection.isClosed() || !connection.getAutoCommit()) {
        throw new IllegalArgumentException(
            "expected an open connection in auto-commit mode, found one that is "
                + (connection.isClosed() ? "closed" : "not in auto-commit mode"));
      }
    } catch (SQLException e) {
      throw new SqliteException("SQLite connection: " + e.getMessage(), e.getErrorCode(), e);
    }
    return new JdbcSqliteAdapter(
        connection,
        Ownership.LENT,
        "SQLite connection",
        XerialDriver.withoutGeneratedKeys(connection));
  }

  /**
   * Returns an adapter over a connection whose transactions belong to somebody else: a framework
   * that begins one around each request, and commits or rolls it back. Every write joins the
   * transaction that is running, as a savepoint, so that one that fails leaves nothing behind; what
   * it has written is stored when the host commits, and gone when the host rolls back. A store can
   * be opened within a transaction only. {@link #close()} leaves the connection open.
   *
   * <p>The host must begin its transactions with the right to write ({@code
   * transaction_mode=IMMEDIATE} among the connection's properties): one that reads first and writes
   * then fails with SQLITE_BUSY when another connection has written in between.
   *
   * @param connection a connection that nothing else uses while a store is working over it
   * @throws IllegalArgumentException if the connection is closed, or is known to begin its
   *     transactions without the right to write
   */
  public static JdbcSqliteAdapter hosted(Connection connection) {
    try {
      if (connection.isClosed()) {
        throw new IllegalArgumentException("expected an open connection, found a closed one");
      }
      XerialDriver.requireRightToWrite(connection);
    } catch (SQLException e) {
      throw new SqliteException("SQLite connection: " + e.getMessage(), e.getErrorCode(), e);
    }
    // A host uses its connection too: it stays as the host has set it.
    return new JdbcSqliteAdapter(
        connection, Ownership.HOSTED, "hosted SQLite connection", () -> {});
  }

  /**
   * Returns an adapter that closes its connection, as a {@link SqliteBinding} over a driver of JDBC
   * needs it.
   *
   * @param connection a connection to SQLite that nothing else uses
   * @param name what messages call it, such as the file's path
   */
  public static JdbcSqliteAdapter owning(Connection connection, String name) {
    XerialDriver.withoutAutoCommit(Objects.requireNonNull(connection, "connection"));
    return new JdbcSqliteAdapter(
        connection,
        Ownership.OWNED,
        Objects.requireNonNull(name, "name"),
        XerialDriver.withoutGeneratedKeys(connection));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String library() {
    return XerialDriver.library(connection);
  }

  @Override
  public boolean watch(@Nullable BooleanSupplier watch) {
    return XerialDriver.watch(connection, watch);
  }

  @Override
  public long exec(String sql, Binding binding) {
    PreparedStatement statement = statements.get(sql);
    try {
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        statements.put(sql, statement);
      }
      return run(statement, binding);
    } catch (SQLException e) {
      statements.remove(sql);
      discard(statement);
      throw failure(e);
    }
  }

  private long run(PreparedStatement statement, Binding binding) throws SQLException {
    parameters.bind(statement, binding);
    return statement.executeUpdate();
  }

  @Override
  public <T extends @Nullable Object> T transaction(Supplier<T> body) {
    if (ownership != Ownership.HOSTED) {
      return super.transaction(body);
    }
    requireHostsTransaction();
    exec("SAVEPOINT kyneta", Binding.NONE);
    T result;
    try {
      result = body.get();
    } catch (RuntimeException | Error e) {
      undo(e);
      throw e;
    }
    exec("RELEASE kyneta", Binding.NONE);
    return result;
  }

  private void requireHostsTransaction() {
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalStateException(
            "expected a transaction of the connection's owner, found auto-commit mode: begin one"
                + " before writing or opening a store");
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private void undo(Throwable reason) {
    try {
      exec("ROLLBACK TO kyneta", Binding.NONE);
      exec("RELEASE kyneta", Binding.NONE);
    } catch (SqliteException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    Deque<PreparedStatement> idle = queries.computeIfAbsent(sql, key -> new ArrayDeque<>(1));
    PreparedStatement statement = idle.poll();
    try {
      if (statement == null) {
        statement = connection.prepareStatement(sql);
      }
      parameters.bind(statement, binding);
      return new ResultSetRows(statement, statement.executeQuery(), idle);
    } catch (SQLException e) {
      discard(statement);
      throw failure(e);
    }
  }

  /** A driver may have finalised a statement that failed: it is not used again. */
  private static void discard(@Nullable PreparedStatement statement) {
    if (statement != null) {
      try {
        statement.close();
      } catch (SQLException ignored) {
        // The statement's own failure is what is reported.
      }
    }
  }

  private SqliteException failure(SQLException e) {
    return new SqliteException(name + ": " + e.getMessage(), XerialDriver.code(e), e);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.closed();
    restoring.run();
    List<AutoCloseable> all = new ArrayList<>(statements.values());
    queries.values().forEach(all::addAll);
    if (ownership == Ownership.OWNED) {
      all.add(connection);
    }
    closeAll(all);
  }

  private void closeAll(List<AutoCloseable> all) {
    SqliteException first = null;
    for (AutoCloseable one : all) {
      try {
        one.close();
      } catch (SQLException e) {
        if (first == null) {
          first = failure(e);
        } else {
          first.addSuppressed(e);
        }
      } catch (Exception e) {
        throw new AssertionError("JDBC closes with SQLException only", e);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private final class ResultSetRows implements Rows {

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final Deque<PreparedStatement> idle;
    private boolean released;

    ResultSetRows(PreparedStatement statement, ResultSet rows, Deque<PreparedStatement> idle) {
      this.statement = statement;
      this.rows = rows;
      this.idle = idle;
    }

    @Override
    public boolean next() {
      try {
        return rows.next();
      } catch (SQLException e) {
        released = true;
        discard(statement);
        throw failure(e);
      }
    }

    @Override
    public boolean isNull(int column) {
      try {
        rows.getLong(column);
        return rows.wasNull();
      } catch (SQLException e) {
        throw failure(e);
      }
    }

    @Override
    public long integer(int column) {
      try {
        return rows.getLong(column);
      } catch (SQLException e) {
        throw failure(e);
      }
    }

    @Override
    public @Nullable String text(int column) {
      try {
        return rows.getString(column);
      } catch (SQLException e) {
        throw failure(e);
      }
    }

    @Override
    public byte @Nullable [] bytes(int column) {
      try {
        return rows.getBytes(column);
      } catch (SQLException e) {
        throw failure(e);
      }
    }

    @Override
    public void close() {
      if (released) {
        return;
      }
      released = true;
      try {
        rows.close();
        if (closed) {
          statement.close();
        } else {
          idle.push(statement);
        }
      } catch (SQLException e) {
        discard(statement);
        throw failure(e);
      }
    }
  }
}
