package org.kyneta.jooq;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Set;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Passwords;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;

/** What the exceptions of drivers mean: SQL states, and SQLite's result codes where it has none. */
final class Failures {

  /** Of the transaction's having to be done again; the engines have rolled it back. */
  private static final String ROLLED_BACK = "40";

  /** The same class, but nobody knows. */
  private static final String COMPLETION_UNKNOWN = "40003";

  private static final String LOCK_TIMEOUT = "HYT00";

  /** Lock not to be had in time, or too many connections. */
  private static final Set<String> BUSY_STATES = Set.of("55P03", "53300", LOCK_TIMEOUT, "41000");

  private static final int MARIADB_LOCK_WAIT_TIMEOUT = 1205;
  private static final int MARIADB_CHANGED_SINCE_READ = 1020;
  private static final int MARIADB_CHECK_VIOLATED = 4025;
  private static final int MARIADB_TOO_MANY_CONNECTIONS = 1040;
  private static final int SQLITE_ERROR = 1;
  private static final int SQLITE_BUSY = 5;
  private static final int SQLITE_LOCKED = 6;
  private static final int SQLITE_READONLY = 8;
  private static final int SQLITE_FULL = 13;

  private Failures() {}

  /** Returns the driver's exception behind one of jOOQ's, or null. */
  static @Nullable SQLException sql(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        return e;
      }
    }
    return null;
  }

  static String state(@Nullable SQLException e) {
    return e == null || e.getSQLState() == null ? "" : e.getSQLState();
  }

  private static int sqliteCode(Engine engine, SQLException e) {
    return engine == Engine.SQLITE ? e.getErrorCode() & 0xFF : 0;
  }

  /**
   * Returns whether a transaction that failed may succeed when it is rolled back and repeated. H2
   * waits for a lock for so short a time by default that this is worth while too.
   */
  static boolean mayBeRepeated(Engine engine, @Nullable SQLException e) {
    if (e == null) {
      return false;
    }
    boolean changed = engine == Engine.MARIADB && e.getErrorCode() == MARIADB_CHANGED_SINCE_READ;
    String state = state(e);
    boolean timedOut = engine == Engine.H2 && state.equals(LOCK_TIMEOUT);
    return changed
        || timedOut
        || (state.startsWith(ROLLED_BACK) && !state.equals(COMPLETION_UNKNOWN));
  }

  /** Returns whether what failed was for somebody else's sake, and may pass. */
  private static boolean isBusy(Engine engine, SQLException e) {
    return switch (engine) {
      case SQLITE -> sqliteCode(engine, e) == SQLITE_BUSY || sqliteCode(engine, e) == SQLITE_LOCKED;
      case MARIADB ->
          e.getErrorCode() == MARIADB_LOCK_WAIT_TIMEOUT
              || e.getErrorCode() == MARIADB_TOO_MANY_CONNECTIONS;
      case POSTGRES, H2 -> false;
    };
  }

  /** Returns whether a COMMIT that failed has certainly done nothing. */
  static boolean isCertain(Engine engine, SQLException e) {
    if (engine == Engine.SQLITE) {
      return switch (sqliteCode(engine, e)) {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_FULL -> true;
        default -> false;
      };
    }
    return mayBeRepeated(engine, e) || state(e).startsWith("23");
  }

  /** Returns whether a row was refused for a key that is there. */
  static boolean isDuplicate(DataAccessException e) {
    SQLException sql = sql(e);
    return state(sql).startsWith("23") || (sql != null && (sql.getErrorCode() & 0xFF) == 19);
  }

  /** Returns whether a statement has failed for naming what is not there. */
  static boolean isAbsence(Engine engine, @Nullable SQLException e) {
    return state(e).startsWith("42")
        || (engine == Engine.SQLITE && e != null && sqliteCode(engine, e) == SQLITE_ERROR);
  }

  /** Returns whether a value was refused that the column cannot hold. */
  static boolean isValueRefused(@Nullable SQLException e) {
    String state = state(e);
    boolean violated = e != null && e.getErrorCode() == MARIADB_CHECK_VIOLATED;
    return violated || state.startsWith("22") || state.equals("54000");
  }

  /** Returns what a store throws for an exception. */
  static StorageException translated(Engine engine, String where, Throwable thrown) {
    SQLException e = sql(thrown);
    // What a driver says of an address that it does not take has the address in it.
    Throwable shown = Passwords.hidden(thrown);
    String message = where + ": " + Passwords.hidden(firstLine(e == null ? thrown : e));
    if (e != null
        && (mayBeRepeated(engine, e)
            || isBusy(engine, e)
            || BUSY_STATES.contains(state(e))
            || e instanceof SQLTransientConnectionException)) {
      return new StorageBusyException(message, shown);
    }
    return new StorageException(message, shown);
  }

  /** Further lines are what PostgreSQL says of the row. */
  private static String firstLine(Throwable e) {
    String text = String.valueOf(e.getMessage());
    String state = e instanceof SQLException sql ? state(sql) : "";
    String line = text.lines().findFirst().orElse("").strip();
    return state.isEmpty() ? line : "%s (%s)".formatted(line, state.toUpperCase(Locale.ROOT));
  }
}
