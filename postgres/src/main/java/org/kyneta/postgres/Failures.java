package org.kyneta.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Passwords;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreException;

/**
 * What an error of the server or of the connection to it means for what was being done (the codes
 * are those of the PostgreSQL manual, appendix A).
 */
final class Failures {

  static final String UNIQUE_VIOLATION = "23505";

  /** The driver knew that the connection was closed, and has sent nothing. */
  private static final String ALREADY_CLOSED = "08003";

  private Failures() {}

  /** Returns whether another transaction was in the way: nothing was done, and it may be again. */
  static boolean isConflict(SQLException e) {
    return switch (state(e)) {
      case "40001", "40P01" -> true;
      default -> false;
    };
  }

  static boolean isUniqueViolation(SQLException e) {
    return state(e).equals(UNIQUE_VIOLATION);
  }

  /**
   * Returns whether the server has refused a statement and lives on, which it says only of a
   * transaction that it has rolled back. Where the connection ended instead, it may have committed.
   */
  static boolean isRefusal(SQLException e) {
    String state = state(e);
    return !state.isEmpty()
        && !state.startsWith("08")
        && !state.startsWith("57P")
        && !state.startsWith("XX")
        && !state.startsWith("58");
  }

  /** Returns whether the server has found its own data to be damaged. */
  static boolean isDamage(SQLException e) {
    return state(e).startsWith("XX");
  }

  /** Returns whether nothing can have been sent to the server. */
  static boolean isUnsent(SQLException e) {
    return state(e).equals(ALREADY_CLOSED);
  }

  /** Returns what to throw when there was no connection to be had. */
  static StorageException unconnected(SQLException e) {
    // A pool that is exhausted has no cause to give; one that cannot connect has.
    boolean exhausted = e instanceof SQLTransientConnectionException && e.getCause() == null;
    if (!exhausted) {
      return translated(e);
    }
    Throwable shown = Passwords.hidden(e);
    return new StorageBusyException(
        "expected a free connection, found none: " + shown.getMessage(), shown);
  }

  /** Returns what to throw when nothing was written. */
  static StorageException translated(SQLException thrown) {
    // What a driver says of an address that it does not take has the address in it.
    Throwable e = Passwords.hidden(thrown);
    return switch (state(thrown)) {
      case "40001", "40P01" ->
          new StorageBusyException("other transactions were in the way: " + e.getMessage(), e);
      case "55P03", "57014" ->
          new StorageBusyException("the server gave up waiting: " + e.getMessage(), e);
      case "53300" ->
          new StorageBusyException("the server takes no more connections: " + e.getMessage(), e);
      case UNIQUE_VIOLATION ->
          new StorageBusyException("another writer was in the way: " + e.getMessage(), e);
      case "25006" ->
          new StorageException(
              "expected a server that can be written to, found a read-only one, such as a standby: "
                  + e.getMessage(),
              e);
      case String state ->
          new StorageException(
              "the database failed%s: %s"
                  .formatted(state.isEmpty() ? "" : " (" + state + ")", e.getMessage()),
              e);
    };
  }

  /** Returns what to throw for an error that came while a transaction was being committed. */
  static StoreException fromCommit(String docId, String operation, SQLException e) {
    return isRefusal(e) || isUnsent(e)
        ? translated(e)
        : new OutcomeUnknownException(docId, operation, e);
  }

  /**
   * Returns the first warning that came with a commit; null if there was none. A server warns when
   * it stopped waiting for its standby: the transaction is committed here, and would be lost if the
   * standby took over now.
   */
  static @Nullable SQLWarning warning(@Nullable SQLWarning first) {
    for (SQLWarning at = first; at != null; at = at.getNextWarning()) {
      if (!state(at).equals("00000")) {
        return at;
      }
    }
    return null;
  }

  private static String state(SQLException e) {
    String state = e.getSQLState();
    return state == null ? "" : state;
  }
}
