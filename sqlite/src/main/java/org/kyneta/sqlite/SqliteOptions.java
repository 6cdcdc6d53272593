package org.kyneta.sqlite;

import java.time.Duration;
import java.util.Objects;
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
 *     their rest aside, so that the log can be started anew; at least 0
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
    SqliteBinding binding) {

  /**
   * What is right for most: whatever format is there, its own table names, full durability, 10
   * seconds of patience, {@link Limits#DEFAULT}, 64 readers, a log of 64 MiB, sqlite-jdbc.
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

  /** Returns these options with a format that is expected, and given to a new store. */
  public SqliteOptions withFormat(Format newFormat) {
    return new SqliteOptions(
        newFormat, tables, durability, busyTimeout, limits, maxReaders, largestLog, binding);
  }

  /** Returns these options with other table names. */
  public SqliteOptions withTables(TableNames newTables) {
    return new SqliteOptions(
        format, newTables, durability, busyTimeout, limits, maxReaders, largestLog, binding);
  }

  /** Returns these options with another durability. */
  public SqliteOptions withDurability(Durability newDurability) {
    return new SqliteOptions(
        format, tables, newDurability, busyTimeout, limits, maxReaders, largestLog, binding);
  }

  /** Returns these options with another patience. */
  public SqliteOptions withBusyTimeout(Duration newBusyTimeout) {
    return new SqliteOptions(
        format, tables, durability, newBusyTimeout, limits, maxReaders, largestLog, binding);
  }

  /** Returns these options with other limits. */
  public SqliteOptions withLimits(Limits newLimits) {
    return new SqliteOptions(
        format, tables, durability, busyTimeout, newLimits, maxReaders, largestLog, binding);
  }

  /** Returns these options with another number of readers. */
  public SqliteOptions withMaxReaders(int newMaxReaders) {
    return new SqliteOptions(
        format, tables, durability, busyTimeout, limits, newMaxReaders, largestLog, binding);
  }

  /** Returns these options with another limit of the log, in bytes. */
  public SqliteOptions withLargestLog(long newLargestLog) {
    return new SqliteOptions(
        format, tables, durability, busyTimeout, limits, maxReaders, newLargestLog, binding);
  }

  /** Returns these options with another library. */
  public SqliteOptions withBinding(SqliteBinding newBinding) {
    return new SqliteOptions(
        format, tables, durability, busyTimeout, limits, maxReaders, largestLog, newBinding);
  }
}
