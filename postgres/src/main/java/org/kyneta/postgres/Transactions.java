package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;

/**
 * Runs transactions on connections of the caller's data source, and tells what has become of them.
 *
 * <p>What another transaction was in the way of is done again, as long as nothing was asked of the
 * caller meanwhile that it can give only once. What may have been committed is never done again.
 */
final class Transactions {

  private static final int MOST_ATTEMPTS = 20;
  private static final String SNAPSHOT =
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

  private final DataSource source;

  Transactions(DataSource source) {
    this.source = source;
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T run(Attempt attempt) throws SQLException;
  }

  /** One attempt at a transaction. */
  static final class Attempt {

    private final Connection connection;
    private boolean last;

    private Attempt(Connection connection) {
      this.connection = connection;
    }

    Connection connection() {
      return connection;
    }

    /** Says that there can be no attempt after this one. */
    void makeLast() {
      last = true;
    }
  }

  /**
   * Runs a statement that is a transaction of its own.
   *
   * @throws SQLException if it fails; it may have been done where the connection broke
   */
  <T extends @Nullable Object> T single(Work<T> work) throws SQLException {
    Connection connection = borrow();
    boolean auto = true;
    boolean done = false;
    try {
      auto = connection.getAutoCommit();
      connection.setAutoCommit(true);
      T result = work.run(new Attempt(connection));
      done = true;
      return result;
    } finally {
      giveBack(connection, /* rollBack= */ false, /* sound= */ done, auto);
    }
  }

  /** Runs a short read. */
  <T extends @Nullable Object> T read(Work<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      return single(work);
    } catch (SQLException e) {
      throw Failures.translated(e);
    } finally {
      restore(interrupted);
    }
  }

  /** Runs reads that see one moment, and can write nothing. */
  <T extends @Nullable Object> T snapshot(Work<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      return snapshotUninterrupted(work);
    } finally {
      restore(interrupted);
    }
  }

  private <T extends @Nullable Object> T snapshotUninterrupted(Work<T> work) {
    Connection connection = borrow();
    boolean auto = true;
    try {
      auto = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(SNAPSHOT);
      }
      return work.run(new Attempt(connection));
    } catch (SQLException e) {
      throw Failures.translated(e);
    } finally {
      giveBack(connection, /* rollBack= */ true, /* sound= */ true, auto);
    }
  }

  /**
   * Runs a transaction.
   *
   * @param docId the document, for messages
   * @param operation what is being done, for messages
   * @param work what is done; it commits nothing itself
   */
  <T extends @Nullable Object> T run(String docId, String operation, Work<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return attempt(docId, operation, work, /* last= */ attempt == MOST_ATTEMPTS);
        } catch (AnotherAttempt e) {
          // Another transaction was in the way, and nothing is left of this one.
        }
      }
    } finally {
      restore(interrupted);
    }
  }

  private <T extends @Nullable Object> T attempt(
      String docId, String operation, Work<T> work, boolean last) {
    Connection connection = borrow();
    Attempt attempt = new Attempt(connection);
    boolean ended = false;
    boolean auto = true;
    try {
      auto = connection.getAutoCommit();
      connection.setAutoCommit(false);
      T result = work.run(attempt);
      SQLWarning warning = commit(docId, operation, connection);
      ended = true;
      requireReplicated(docId, operation, warning);
      return result;
    } catch (SQLException e) {
      if (!last && !attempt.last && (Failures.isConflict(e) || Failures.isUniqueViolation(e))) {
        throw new AnotherAttempt();
      }
      throw Failures.translated(e);
    } finally {
      giveBack(connection, /* rollBack= */ !ended, /* sound= */ true, auto);
    }
  }

  private static @Nullable SQLWarning commit(
      String docId, String operation, Connection connection) {
    try {
      connection.clearWarnings();
      connection.commit();
    } catch (SQLException e) {
      throw Failures.fromCommit(docId, operation, e);
    }
    try {
      return connection.getWarnings();
    } catch (SQLException e) {
      throw new OutcomeUnknownException(docId, operation, e);
    }
  }

  /** Checks that the server has not given up waiting for a standby. */
  private static void requireReplicated(
      String docId, String operation, @Nullable SQLWarning first) {
    SQLWarning warning = Failures.warning(first);
    if (warning != null) {
      throw new OutcomeUnknownException(docId, operation, warning);
    }
  }

  /**
   * Gives a connection back. Switching to automatic commits would commit what is still open, so
   * where that cannot be rolled back the connection is cut.
   */
  private static void giveBack(
      Connection connection, boolean rollBack, boolean sound, boolean auto) {
    try {
      try {
        if (rollBack) {
          connection.rollback();
        }
        if (sound || !connection.isClosed()) {
          connection.setAutoCommit(auto);
        }
      } catch (SQLException e) {
        connection.abort(Runnable::run);
      } finally {
        connection.close();
      }
    } catch (SQLException e) {
      // It is no use to anybody any more, and what it was used for has had its answer.
      return;
    }
  }

  /**
   * A connection that outlives the call that borrowed it.
   *
   * @param connection it, which commits each statement
   * @param auto whether it came so
   */
  record Loan(Connection connection, boolean auto) {

    /** Gives it back as it came. */
    void end() {
      giveBack(connection, /* rollBack= */ false, /* sound= */ false, auto);
    }
  }

  /** Borrows a connection for a cursor, which gives it back. */
  Loan borrowForCursor() {
    boolean interrupted = Thread.interrupted();
    try {
      Connection connection = borrow();
      boolean auto = true;
      try {
        auto = connection.getAutoCommit();
        connection.setAutoCommit(true);
        return new Loan(connection, auto);
      } catch (SQLException e) {
        giveBack(connection, /* rollBack= */ true, /* sound= */ false, auto);
        throw Failures.translated(e);
      }
    } finally {
      restore(interrupted);
    }
  }

  private Connection borrow() {
    try {
      Connection connection = source.getConnection();
      if (connection == null) {
        throw new StorageException("expected a connection of the data source, found null", null);
      }
      return connection;
    } catch (SQLException e) {
      throw Failures.unconnected(e);
    }
  }

  /** An interrupt would cut the connection, and leave the outcome unknown: it comes afterwards. */
  static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that a transaction may be tried again. */
  private static final class AnotherAttempt extends RuntimeException {

    private static final long serialVersionUID = 1;

    AnotherAttempt() {
      super(
          "another attempt", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
  }
}
