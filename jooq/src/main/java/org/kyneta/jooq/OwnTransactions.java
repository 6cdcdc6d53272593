package org.kyneta.jooq;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.DocumentLocks;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;

/** Each write is a transaction of the store's, on a connection of its own. */
final class OwnTransactions extends Access {

  private static final int ATTEMPTS = 10;

  private final Semaphore cursors;

  /** Threads that wait for their turn here hold no connection meanwhile. */
  private final DocumentLocks locks = new DocumentLocks();

  private final boolean setsIsolation;

  OwnTransactions(DSLContext dsl, int maxCursors) {
    super(dsl);
    this.cursors = new Semaphore(maxCursors);
    Connection connection = acquireOwn();
    try {
      this.setsIsolation =
          engine() != Engine.SQLITE
              && connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED;
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      giveBack(connection);
    }
  }

  private Connection acquireOwn() {
    Connection connection = acquire();
    boolean usable = false;
    try {
      usable = connection.getAutoCommit();
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      if (!usable) {
        giveBack(connection);
      }
    }
    if (!usable) {
      throw new StorageException(
          this
              + ": expected connections that commit each statement, so that transactions are the"
              + " store's own, found one within a transaction; JooqStore.over joins yours",
          null);
    }
    return connection;
  }

  @Override
  <T extends @Nullable Object> T write(
      String docId, String operation, BooleanSupplier repeatable, Function<DSLContext, T> body) {
    String turn = engine().hasOneWriter() ? "" : docId;
    return locks.with(turn, () -> repeated(docId, operation, repeatable, body));
  }

  private <T extends @Nullable Object> T repeated(
      String docId, String operation, BooleanSupplier repeatable, Function<DSLContext, T> body) {
    for (int attempt = 1; ; attempt++) {
      try {
        return writeOnce(docId, operation, body);
      } catch (StorageBusyException e) {
        boolean mayBe = Failures.mayBeRepeated(engine(), Failures.sql(e));
        if (!mayBe || attempt == ATTEMPTS || !repeatable.getAsBoolean()) {
          throw e;
        }
      }
    }
  }

  private <T extends @Nullable Object> T writeOnce(
      String docId, String operation, Function<DSLContext, T> body) {
    Connection connection = acquireOwn();
    boolean committing = false;
    boolean committed = false;
    int isolation = -1;
    try {
      if (setsIsolation) {
        isolation = connection.getTransactionIsolation();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      }
      connection.setAutoCommit(false);
      T result = body.apply(over(connection));
      committing = true;
      connection.clearWarnings();
      connection.commit();
      committed = true;
      requireReplicated(docId, operation, connection);
      return result;
    } catch (SQLException e) {
      if (committing && !Failures.isCertain(engine(), e)) {
        throw new OutcomeUnknownException(docId, operation, e);
      }
      throw failed(e);
    } catch (DataAccessException e) {
      throw failed(e);
    } finally {
      end(connection, /* rollBack= */ !committed, isolation);
    }
  }

  /**
   * Checks that PostgreSQL has not given up waiting for its standby, of which it only warns: the
   * transaction is committed here, and would be lost if the standby took over now.
   */
  private void requireReplicated(String docId, String operation, Connection connection)
      throws SQLException {
    if (engine() != Engine.POSTGRES) {
      return;
    }
    for (SQLWarning at = connection.getWarnings(); at != null; at = at.getNextWarning()) {
      if (!Failures.state(at).equals("00000")) {
        throw new OutcomeUnknownException(docId, operation, at);
      }
    }
  }

  /** Gives a connection back as it came; one that cannot be restored is the pool's to notice. */
  private void end(Connection connection, boolean rollBack, int isolation) {
    try {
      try {
        if (rollBack) {
          connection.rollback();
        }
      } finally {
        connection.setAutoCommit(true);
        if (isolation >= 0) {
          connection.setTransactionIsolation(isolation);
        }
      }
    } catch (SQLException e) {
      abandon(connection);
    } finally {
      giveBack(connection);
    }
  }

  /** A connection that still has a transaction must not serve anybody else. */
  private static void abandon(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It cannot even be cut off, and its pool will find it so.
    }
  }

  @Override
  Lease leaseBriefly() {
    Connection connection = acquireOwn();
    return new Lease(over(connection), () -> giveBack(connection));
  }

  @Override
  Lease lease() {
    Connection connection = acquireOwn();
    int isolation = -1;
    boolean begun = false;
    try {
      if (engine().buffersResults()) {
        isolation = connection.getTransactionIsolation();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      }
      // Otherwise PostgreSQL's driver would take the whole result at once.
      connection.setAutoCommit(false);
      begun = true;
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      if (!begun) {
        end(connection, /* rollBack= */ false, isolation);
      }
    }
    int before = isolation;
    return new Lease(over(connection), () -> end(connection, /* rollBack= */ true, before));
  }

  @Override
  boolean mustReadAtOnce() {
    return false;
  }

  @Override
  boolean tryKeep() {
    return cursors.tryAcquire();
  }

  @Override
  void keepNoMore() {
    cursors.release();
  }
}
