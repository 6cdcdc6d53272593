package org.kyneta.sqlite;

import java.time.Duration;
import java.util.Objects;

/**
 * How a backup is made. Immutable.
 *
 * @param pagesPerStep after about how many pages of the copy to pause, at least 1; a row that is
 *     larger is written in one step
 * @param pause how long to pause, from 0, which is not at all, to an hour. Bindings that cannot be
 *     paused ({@link SqliteAdapter#watch}) write at full speed
 * @param damaged what becomes of a copy in which something is damaged, as it was in the original
 */
public record BackupOptions(int pagesPerStep, Duration pause, Damaged damaged) {

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** What is right for most: no pauses, and nothing damaged. */
  public static final BackupOptions DEFAULT = new BackupOptions(256, Duration.ZERO, Damaged.REFUSE);

  /** What becomes of a copy in which something is damaged. */
  public enum Damaged {
    /** It is deleted, and the backup fails. */
    REFUSE,
    /** It is kept if SQLite can read it, and its report says that it is not sound. */
    KEEP
  }

  /**
   * Checks the options.
   *
   * @throws NullPointerException if one is null
   * @throws IllegalArgumentException if a number is out of its range
   */
  public BackupOptions {
    Objects.requireNonNull(damaged, "damaged");
    if (pagesPerStep < 1) {
      throw new IllegalArgumentException("expected at least 1 page a step, found " + pagesPerStep);
    }
    if (pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException("expected a pause from 0 to 1 h, found " + pause);
    }
  }

  /** Returns these options with pauses. */
  public BackupOptions withPause(int newPagesPerStep, Duration newPause) {
    return new BackupOptions(newPagesPerStep, newPause, damaged);
  }

  /** Returns these options with something else to become of a damaged copy. */
  public BackupOptions withDamaged(Damaged newDamaged) {
    return new BackupOptions(pagesPerStep, pause, newDamaged);
  }
}
