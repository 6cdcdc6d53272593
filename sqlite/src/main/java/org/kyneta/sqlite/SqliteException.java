package org.kyneta.sqlite;

import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;

/** SQLite reported an error. */
public final class SqliteException extends StorageException {

  @Serial private static final long serialVersionUID = 1;

  /** SQLite turns an EIO of a read into SQLITE_CORRUPT (SQLITE_IOERR_CORRUPTFS in its sources). */
  private static final String UNREADABLE_OR_DAMAGED =
      "; the file is damaged, or the disk could not read it just now, of which SQLite says the"
          + " same: verify it before you take it for damaged";

  private final int code;
  private final boolean whileCommitting;

  /**
   * Makes an exception.
   *
   * @param message SQLite's message, and where it came from
   * @param code SQLite's result code, extended if known, such as 5 for SQLITE_BUSY
   * @param cause the binding's own exception, or null
   */
  public SqliteException(String message, int code, @Nullable Throwable cause) {
    this(
        (code & 0xff) == ResultCode.CORRUPT ? message + UNREADABLE_OR_DAMAGED : message,
        code,
        false,
        cause);
  }

  private SqliteException(
      String message, int code, boolean whileCommitting, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.whileCommitting = whileCommitting;
  }

  /** Returns this error as one of a COMMIT: whether the transaction was done is not known. */
  public SqliteException fromCommit() {
    return new SqliteException("COMMIT: " + getMessage(), code, true, this);
  }

  /**
   * Returns this error of a COMMIT as one of the disk's, after which nobody knows.
   *
   * @param found what could not be done either
   */
  SqliteException notOnlyFull(StorageException found) {
    SqliteException unknown =
        new SqliteException(
            getMessage() + "; nor can the log be written where it has room",
            ResultCode.IOERR,
            true,
            this);
    unknown.addSuppressed(found);
    return unknown;
  }

  /** Returns SQLite's result code, extended if known. */
  public int code() {
    return code;
  }

  /** Returns SQLite's primary result code, from 0 to 255. */
  public int primaryCode() {
    return code & 0xff;
  }

  /** Returns whether it was a COMMIT that failed. */
  public boolean isFromCommit() {
    return whileCommitting;
  }
}
