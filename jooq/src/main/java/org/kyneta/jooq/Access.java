package org.kyneta.jooq;

import java.io.Serial;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.conf.InvocationOrder;
import org.jooq.conf.Settings;
import org.jooq.conf.SettingsTools;
import org.jooq.conf.StatementType;
import org.jooq.conf.ThrowExceptions;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;

/** How a store gets at the caller's connections, and whose transactions its writes are. */
abstract class Access {

  private static final Logger LOG = System.getLogger("org.kyneta.jooq");

  private final Configuration configuration;
  private final Engine engine;

  Access(DSLContext dsl) {
    this.configuration = ownOf(dsl.configuration());
    this.engine = Engine.of(dsl.dialect());
  }

  /**
   * Returns the caller's configuration without what would keep rows or errors from the store; its
   * listeners are told of every statement.
   */
  static Configuration ownOf(Configuration theirs) {
    Settings settings =
        SettingsTools.clone(theirs.settings())
            .withMaxRows(0)
            .withLargeMaxRows(0L)
            .withThrowExceptions(ThrowExceptions.THROW_ALL)
            .withStatementType(StatementType.PREPARED_STATEMENT)
            .withExecuteListenerEndInvocationOrder(InvocationOrder.DEFAULT);
    ExecuteListenerProvider[] listeners = theirs.executeListenerProviders();
    ExecuteListenerProvider[] own = Arrays.copyOf(listeners, listeners.length + 1);
    own[listeners.length] = new DefaultExecuteListenerProvider(new Untranslated());
    return theirs.derive(settings).derive(own);
  }

  /** Throws what jOOQ does, whatever a listener before it makes of that, as Spring's do. */
  private static final class Untranslated implements ExecuteListener {

    @Serial private static final long serialVersionUID = 1;

    @Override
    public void exception(ExecuteContext context) {
      SQLException thrown = context.sqlException();
      if (thrown != null && !(context.exception() instanceof DataAccessException)) {
        context.exception(new DataAccessException(String.valueOf(thrown.getMessage()), thrown));
      }
    }
  }

  /**
   * A connection for reading, to be given back.
   *
   * @param dsl jOOQ over the connection
   * @param release gives it back; never throws
   */
  record Lease(DSLContext dsl, Runnable release) {}

  final Engine engine() {
    return engine;
  }

  /**
   * Runs a write as one: all of it or nothing.
   *
   * @param docId the document, for messages
   * @param operation what is done, for messages
   * @param repeatable whether the body may be run again after it was undone
   * @param body does it
   */
  abstract <T extends @Nullable Object> T write(
      String docId, String operation, BooleanSupplier repeatable, Function<DSLContext, T> body);

  /** Returns a connection for one short statement. */
  abstract Lease leaseBriefly();

  /** Returns a connection for a statement whose rows are taken one after the other. */
  abstract Lease lease();

  /** Returns whether what a statement has not yet given out may change or go under a cursor. */
  abstract boolean mustReadAtOnce();

  /**
   * Returns whether a document must be read as whoever writes to it would, under its lock: a
   * snapshot would mix what the transaction has written with what was there long before.
   */
  boolean mustReadLatest(DSLContext dsl, String docId) {
    return false;
  }

  /** Takes note that a cursor keeps its connection, if there may be one more that does. */
  abstract boolean tryKeep();

  /** Takes note that a cursor that kept its connection does no more. */
  abstract void keepNoMore();

  /** Runs one short statement. */
  final <T extends @Nullable Object> T read(Function<DSLContext, T> body) {
    return reading(leaseBriefly(), body);
  }

  /** Runs a statement with many rows to its end. */
  final <T extends @Nullable Object> T scan(Function<DSLContext, T> body) {
    return reading(lease(), body);
  }

  /**
   * Runs a statement that may fail for what is not there, and leaves a transaction of the caller's
   * usable; empty if it has failed for that.
   */
  final <T> Optional<T> attempt(Function<DSLContext, T> body) {
    Lease lease = lease();
    try {
      return Optional.of(lease.dsl().connectionResult(c -> within(lease.dsl(), c, body)));
    } catch (DataAccessException e) {
      if (Failures.isAbsence(engine, Failures.sql(e))) {
        return Optional.empty();
      }
      throw failed(e);
    } finally {
      lease.release().run();
    }
  }

  private static <T> T within(DSLContext dsl, Connection connection, Function<DSLContext, T> body)
      throws SQLException {
    Savepoint savepoint = connection.getAutoCommit() ? null : connection.setSavepoint();
    try {
      return body.apply(dsl);
    } catch (DataAccessException e) {
      if (savepoint != null) {
        connection.rollback(savepoint);
      }
      throw e;
    }
  }

  private <T extends @Nullable Object> T reading(Lease lease, Function<DSLContext, T> body) {
    try {
      return body.apply(lease.dsl());
    } catch (DataAccessException e) {
      throw failed(e);
    } finally {
      lease.release().run();
    }
  }

  final Connection acquire() {
    try {
      Connection connection = configuration.connectionProvider().acquire();
      if (connection == null) {
        throw new StorageException("expected a connection of the DSLContext's, found none", null);
      }
      return connection;
    } catch (DataAccessException e) {
      throw failed(e);
    }
  }

  /** Gives a connection back; what becomes of it then changes nothing of what was done with it. */
  final void giveBack(Connection connection) {
    try {
      configuration.connectionProvider().release(connection);
    } catch (DataAccessException e) {
      LOG.log(Level.WARNING, "a connection could not be given back", e);
    }
  }

  final DSLContext over(Connection connection) {
    return DSL.using(configuration.derive(new DefaultConnectionProvider(connection)));
  }

  final StorageException failed(Exception e) {
    return Failures.translated(engine, toString(), e);
  }

  /** Returns the engine's name, since jOOQ does not know where the database is. */
  @Override
  public final String toString() {
    return configuration.dialect().getName() + " through jOOQ";
  }
}
