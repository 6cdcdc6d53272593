package org.kyneta.jooq;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;

/** Each write is a part of the transaction that the caller has on the connection. */
final class CallersTransactions extends Access {

  /** Beyond as many documents any may have been written to. */
  private static final int MOST_WRITTEN = 4_096;

  private final ReentrantLock lock = new ReentrantLock();

  /** Documents that were written to, in this transaction or an earlier one. */
  private final Set<String> written = new HashSet<>();

  CallersTransactions(DSLContext dsl) {
    super(dsl);
  }

  @Override
  <T extends @Nullable Object> T write(
      String docId, String operation, BooleanSupplier repeatable, Function<DSLContext, T> body) {
    lock.lock();
    try {
      Connection connection = acquire();
      try {
        requireTransaction(connection);
        if (engine().mustLockToSeeTheLatest() && written.size() < MOST_WRITTEN) {
          written.add(docId);
        }
        return within(connection, body);
      } catch (SQLException | DataAccessException e) {
        throw failed(e);
      } finally {
        giveBack(connection);
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireTransaction(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) {
      throw new StorageException(
          this
              + ": expected a transaction of the caller's, found a connection that commits each"
              + " statement; begin one before writing, or use JooqStore.open",
          null);
    }
    boolean hasSnapshots = engine() == Engine.POSTGRES || engine() == Engine.H2;
    if (hasSnapshots
        && connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
      throw new StorageException(
          this
              + ": expected a transaction that is READ COMMITTED, since one with a snapshot does"
              + " not see what others have just written, found isolation "
              + connection.getTransactionIsolation(),
          null);
    }
  }

  private <T extends @Nullable Object> T within(Connection connection, Function<DSLContext, T> body)
      throws SQLException {
    Savepoint savepoint = connection.setSavepoint();
    boolean done = false;
    try {
      T result = body.apply(over(connection));
      connection.releaseSavepoint(savepoint);
      done = true;
      return result;
    } catch (RuntimeException | SQLException | Error e) {
      undo(connection, savepoint, done, e);
      throw e;
    }
  }

  private static void undo(
      Connection connection, Savepoint savepoint, boolean done, Throwable reason) {
    if (done) {
      return;
    }
    try {
      connection.rollback(savepoint);
    } catch (SQLException e) {
      // Then the transaction has gone as a whole, and so has what was written.
      reason.addSuppressed(e);
    }
  }

  @Override
  Lease leaseBriefly() {
    lock.lock();
    Connection connection;
    try {
      connection = acquire();
    } catch (RuntimeException e) {
      lock.unlock();
      throw e;
    }
    return new Lease(
        over(connection),
        () -> {
          giveBack(connection);
          lock.unlock();
        });
  }

  @Override
  Lease lease() {
    return leaseBriefly();
  }

  @Override
  boolean mustReadAtOnce() {
    return true;
  }

  /** Called with a lease, and so with the lock. */
  @Override
  boolean mustReadLatest(DSLContext dsl, String docId) {
    return (written.contains(docId) || written.size() == MOST_WRITTEN)
        && dsl.connectionResult(connection ->
            !connection.getAutoCommit()
                && connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED);
  }

  @Override
  boolean tryKeep() {
    throw new AssertionError("a cursor in the caller's transaction keeps no connection");
  }

  @Override
  void keepNoMore() {
    throw new AssertionError("a cursor in the caller's transaction keeps no connection");
  }
}
