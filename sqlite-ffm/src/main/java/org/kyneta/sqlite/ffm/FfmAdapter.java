package org.kyneta.sqlite.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteException;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;

/** One connection of the native library. Statements are prepared once and kept. */
final class FfmAdapter extends SqliteAdapter {

  private final NativeSqlite sqlite;
  private final String name;
  private final MemorySegment handle;
  private final Map<String, FfmStatement> statements = new HashMap<>();
  private final Map<String, Deque<FfmStatement>> queries = new HashMap<>();
  private final Set<FfmStatement> reading = new LinkedHashSet<>();
  private final Watch watch;
  private boolean closed;

  private FfmAdapter(NativeSqlite sqlite, String name, MemorySegment handle) {
    this.sqlite = sqlite;
    this.name = name;
    this.handle = handle;
    this.watch = LeakDetector.watch(this, "SQLite connection " + name);
  }

  /**
   * Opens a connection.
   *
   * @param sqlite the library
   * @param address a file name or URI as SQLite understands it
   * @param name what messages call it
   */
  static FfmAdapter open(NativeSqlite sqlite, String address, String name) {
    int flags =
        NativeSqlite.OPEN_READWRITE
            | NativeSqlite.OPEN_CREATE
            | NativeSqlite.OPEN_URI
            | NativeSqlite.OPEN_NOMUTEX
            | NativeSqlite.OPEN_EXRESCODE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment text = arena.allocateFrom(address);
      int code = (int) sqlite.open.invokeExact(text, out, flags, MemorySegment.NULL);
      FfmAdapter adapter = new FfmAdapter(sqlite, name, out.get(ADDRESS, 0));
      if (code != NativeSqlite.OK) {
        SqliteException failure = adapter.failure(code);
        adapter.close();
        throw failure;
      }
      return adapter;
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String library() {
    return sqlite.library;
  }

  @Override
  public long exec(String sql, Binding binding) {
    FfmStatement statement = statements.get(sql);
    if (statement == null) {
      statement = prepare(sql);
      statements.put(sql, statement);
    }
    statement.bind(binding);
    statement.run();
    try {
      return (int) sqlite.changes.invokeExact(handle);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public Rows iterate(String sql, Binding binding) {
    Deque<FfmStatement> idle = queries.get(sql);
    FfmStatement statement = idle == null ? null : idle.poll();
    if (statement == null) {
      statement = prepare(sql);
    }
    boolean bound = false;
    try {
      statement.bind(binding);
      bound = true;
    } finally {
      if (!bound) {
        statement.finish();
      }
    }
    statement.started();
    reading.add(statement);
    return statement;
  }

  void giveBack(FfmStatement statement) {
    reading.remove(statement);
    if (closed) {
      statement.finish();
    } else {
      queries.computeIfAbsent(statement.sql(), key -> new ArrayDeque<>(1)).push(statement);
    }
  }

  private FfmStatement prepare(String sql) {
    if (closed) {
      throw closed();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment text = arena.allocateFrom(sql);
      int code =
          (int)
              sqlite.prepare.invokeExact(
                  handle, text, -1, NativeSqlite.PREPARE_PERSISTENT, out, MemorySegment.NULL);
      if (code != NativeSqlite.OK) {
        throw failure(code);
      }
      return new FfmStatement(this, sqlite, out.get(ADDRESS, 0), sql);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  /** Makes the exception of a result code, with SQLite's own words. */
  SqliteException failure(int code) {
    try {
      MemorySegment text = (MemorySegment) sqlite.errorMessage.invokeExact(handle);
      return new SqliteException(
          "%s: SQLite error %d: %s".formatted(name, code, NativeSqlite.string(text)), code, null);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  SqliteException closed() {
    return new SqliteException(name + ": the connection is closed", NativeSqlite.MISUSE, null);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.closed();
    List<FfmStatement> all = new ArrayList<>(statements.values());
    all.addAll(reading);
    queries.values().forEach(all::addAll);
    all.forEach(FfmStatement::finish);
    try {
      int code = (int) sqlite.close.invokeExact(handle);
      if (code != NativeSqlite.OK) {
        throw new SqliteException(name + ": close failed", code, null);
      }
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }
}
