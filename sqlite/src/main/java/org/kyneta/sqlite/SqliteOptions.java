package org.kyneta.sqlite;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;

/**
 * How a store is opened. Immutable.
 *
 * @param format the format that is expected, and given to a new store; null to take what is there,
 *     and format 1 for a new store
 * @param tables the names of the tables
 * @param durability when a write counts as stored
 * @param busyTimeout how long a write waits for another process's, from 0 to 2<sup>31</sup> - 1
 *     milliseconds
 * @param limits how large the parts of what is written may be
 * @param maxReaders how many connections may serve open cursors at once, at least 1
 * @param largestLog the size of the log in bytes above which cursors that are open for long take
 *     their rest aside, and a writer waits up to a second for short reads, so that the log can be
 *     started anew; at least 0, and best above twice what {@link Tuning#checkpointPages()} lets it
 *     be anyway
 * @param tuning how SQLite works on the file
 * @param binding the SQLite library, and how it is reached
 */
public record SqliteOptions(
    @Nullable Format format,
    TableNames tables,
    Durability durability,
    Duration busyTimeout,
    Limits limits,
    int maxReaders,
    long largestLog,
    Tuning tuning,
    SqliteBinding binding) {

  /**
   * What is right for most: whatever format is there, its own table names, full durability, 10
   * seconds of patience, {@link Limits#DEFAULT}, 64 readers, a log of 64 MiB, {@link
   * Tuning#DEFAULT}, sqlite-jdbc.
   */
  public static final SqliteOptions DEFAULT =
      new SqliteOptions(
          null,
          TableNames.DEFAULT,
          Durability.FULL,
          Duration.ofSeconds(10),
          Limits.DEFAULT,
          /* maxReaders= */ 64,
          /* largestLog= */ 64 << 20,
          Tuning.DEFAULT,
          SqliteBinding.JDBC);

  /**
   * Checks the options.
   *
   * @throws NullPointerException if one other than the format is null
   * @throws IllegalArgumentException if a number is out of its range
   */
  public SqliteOptions {
    Objects.requireNonNull(tables, "tables");
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(tuning, "tuning");
    Objects.requireNonNull(binding, "binding");
    if (busyTimeout.isNegative() || busyTimeout.compareTo(Duration.ofMillis(1L << 31)) >= 0) {
      throw new IllegalArgumentException(
          "expected a busy timeout from 0 to 2147483647 ms, found " + busyTimeout);
    }
    if (maxReaders < 1) {
      throw new IllegalArgumentException("expected at least 1 reader, found " + maxReaders);
    }
    if (largestLog < 0) {
      throw new IllegalArgumentException("expected a log of at least 0 bytes, found " + largestLog);
    }
  }

  /** Returns these options with another format, or null for the one that is there. */
  public SqliteOptions withFormat(@Nullable Format newFormat) {
    return with(draft -> draft.format = newFormat);
  }

  /** Returns these options with other table names. */
  public SqliteOptions withTables(TableNames newTables) {
    return with(draft -> draft.tables = newTables);
  }

  /** Returns these options with another durability. */
  public SqliteOptions withDurability(Durability newDurability) {
    return with(draft -> draft.durability = newDurability);
  }

  /** Returns these options with another patience. */
  public SqliteOptions withBusyTimeout(Duration newBusyTimeout) {
    return with(draft -> draft.busyTimeout = newBusyTimeout);
  }

  /** Returns these options with other limits. */
  public SqliteOptions withLimits(Limits newLimits) {
    return with(draft -> draft.limits = newLimits);
  }

  /** Returns these options with another number of readers. */
  public SqliteOptions withMaxReaders(int newMaxReaders) {
    return with(draft -> draft.maxReaders = newMaxReaders);
  }

  /** Returns these options with another limit of the log, in bytes. */
  public SqliteOptions withLargestLog(long newLargestLog) {
    return with(draft -> draft.largestLog = newLargestLog);
  }

  /** Returns these options with other sizes for SQLite to work with. */
  public SqliteOptions withTuning(Tuning newTuning) {
    return with(draft -> draft.tuning = newTuning);
  }

  /** Returns these options with another library. */
  public SqliteOptions withBinding(SqliteBinding newBinding) {
    return with(draft -> draft.binding = newBinding);
  }

  private SqliteOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** The options while one of them is changed. */
  private static final class Draft {

    @Nullable Format format;
    TableNames tables;
    Durability durability;
    Duration busyTimeout;
    Limits limits;
    int maxReaders;
    long largestLog;
    Tuning tuning;
    SqliteBinding binding;

    Draft(SqliteOptions from) {
      format = from.format;
      tables = from.tables;
      durability = from.durability;
      busyTimeout = from.busyTimeout;
      limits = from.limits;
      maxReaders = from.maxReaders;
      largestLog = from.largestLog;
      tuning = from.tuning;
      binding = from.binding;
    }

    SqliteOptions options() {
      return new SqliteOptions(
          format, tables, durability, busyTimeout, limits, maxReaders, largestLog, tuning, binding);
    }
  }
}
