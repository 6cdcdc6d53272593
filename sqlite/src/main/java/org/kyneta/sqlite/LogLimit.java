package org.kyneta.sqlite;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Keeps the log from growing without bound beside a cursor that is open for long, or beside short
 * reads of which one is always going on.
 *
 * <p>SQLite starts its log anew only once no connection reads an old state from it. So when the log
 * has grown beyond its limit, open cursors read their rest ahead, into memory or a temporary file,
 * and let go of the state that they were reading. Nothing else changes for them. Short reads are
 * waited for, a moment: who begins to read when all of the log is in the file does not need it.
 */
final class LogLimit implements Consumer<SqliteAdapter> {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  /** Asking for the size of a file takes about as long as a tenth of an unsynchronised commit. */
  private static final int COMMITS_BETWEEN_LOOKS = 256;

  /** How long short reads are waited for; those of whole stores take longer. */
  private static final int PATIENCE_MILLIS = 1_000;

  private final DatabaseFile file;
  private final long largest;
  private final Runnable detaching;
  private int commits;

  /** From which size on something is done; it doubles while that is in vain. */
  private long threshold;

  /**
   * Makes a limit.
   *
   * @param file the file beside which the log lies
   * @param largest the limit in bytes
   * @param detaching makes the cursors let go
   */
  LogLimit(DatabaseFile file, long largest, Runnable detaching) {
    this.file = file;
    this.largest = largest;
    this.detaching = detaching;
    this.threshold = largest;
  }

  /** Looks at the log, now and then; called by the thread that writes, after each commit. */
  @Override
  public void accept(SqliteAdapter writer) {
    commits++;
    if (commits >= COMMITS_BETWEEN_LOOKS) {
      commits = 0;
      long size = file.logBytes();
      if (size > largest) {
        letGo();
      }
      if (size > threshold) {
        threshold = beginAnew(writer) ? largest : Math.max(size, size * 2);
      }
    }
  }

  /** What goes wrong here is the cursors' affair: the commit was done and must be told so. */
  private void letGo() {
    try {
      detaching.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "a cursor could not let go of the log", e);
    }
  }

  /** Returns whether the next write begins the log anew. */
  private static boolean beginAnew(SqliteAdapter writer) {
    try {
      DatabaseFile.query(writer, "PRAGMA busy_timeout = " + PATIENCE_MILLIS);
      try {
        return DatabaseFile.query(writer, "PRAGMA wal_checkpoint(RESTART)").equals("0");
      } finally {
        DatabaseFile.query(writer, "PRAGMA busy_timeout = 0");
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, writer.name() + ": the log could not be brought into the file", e);
      return false;
    }
  }
}
