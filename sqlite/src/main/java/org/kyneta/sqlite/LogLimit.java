package org.kyneta.sqlite;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Keeps the log from growing without bound beside a cursor that is open for long.
 *
 * <p>SQLite starts its log anew only once no connection reads an old state from it. So when the log
 * has grown beyond its limit, open cursors read their rest ahead, into memory or a temporary file,
 * and let go of the state that they were reading. Nothing else changes for them.
 */
final class LogLimit implements Runnable {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  /** Asking for the size of a file takes about as long as a tenth of an unsynchronised commit. */
  private static final int COMMITS_BETWEEN_LOOKS = 256;

  private final DatabaseFile file;
  private final long largest;
  private final Runnable detaching;
  private int commits;

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
  }

  /** Looks at the log, now and then; called by the thread that writes, after each commit. */
  @Override
  public void run() {
    commits++;
    if (commits >= COMMITS_BETWEEN_LOOKS) {
      commits = 0;
      if (file.logBytes() > largest) {
        letGo();
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
}
