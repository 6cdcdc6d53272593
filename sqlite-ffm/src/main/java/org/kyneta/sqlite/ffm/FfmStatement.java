package org.kyneta.sqlite.ffm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Parameters;
import org.kyneta.sqlite.SqliteAdapter.Rows;

/**
 * One prepared statement, which is also its parameters and its rows.
 *
 * <p>Bound text and bytes are copied once, into memory that belongs to the statement: SQLite reads
 * them from there as long as the statement is not bound anew.
 */
@SuppressWarnings("restricted") // Native access is what this is for.
final class FfmStatement implements Parameters, Rows {

  /** Tells SQLite that bound memory stays as it is (SQLITE_STATIC). */
  private static final MemorySegment STATIC = MemorySegment.NULL;

  /** All memory of the process, in which SQLite's addresses are offsets. */
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final int KEPT_BYTES = 64 << 10;

  private final FfmAdapter connection;
  private final NativeSqlite sqlite;
  private final MemorySegment handle;
  private final String sql;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment kept;
  private long used;
  private @Nullable Arena large;
  private boolean running;
  private boolean finished;

  FfmStatement(FfmAdapter connection, NativeSqlite sqlite, MemorySegment handle, String sql) {
    this.connection = connection;
    this.sqlite = sqlite;
    this.handle = handle;
    this.sql = sql;
    this.kept = arena.allocate(KEPT_BYTES);
  }

  String sql() {
    return sql;
  }

  void bind(Binding binding) {
    used = 0;
    binding.bind(this);
  }

  /** Runs a statement without rows to its end. */
  void run() {
    running = true;
    try {
      int code = stepOnce();
      while (code == NativeSqlite.ROW) {
        code = stepOnce();
      }
    } finally {
      reset();
    }
  }

  private int stepOnce() {
    if (finished) {
      throw connection.closed();
    }
    int code;
    try {
      code = (int) sqlite.step.invokeExact(handle);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
    if (code != NativeSqlite.ROW && code != NativeSqlite.DONE) {
      throw connection.failure(code);
    }
    return code;
  }

  @Override
  public void text(int position, @Nullable String value) {
    if (value == null) {
      bindNull(position);
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    long copy = copy(utf8);
    try {
      check((int) sqlite.bindText.invokeExact(handle, position, copy, utf8.length, STATIC));
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public void integer(int position, long value) {
    try {
      check((int) sqlite.bindLong.invokeExact(handle, position, value));
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public void blob(int position, byte @Nullable [] value) {
    try {
      if (value == null) {
        bindNull(position);
      } else if (value.length == 0) {
        check((int) sqlite.bindZeroBlob.invokeExact(handle, position, 0));
      } else {
        long copy = copy(value);
        check((int) sqlite.bindBlob.invokeExact(handle, position, copy, value.length, STATIC));
      }
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  private void bindNull(int position) {
    try {
      check((int) sqlite.bindNull.invokeExact(handle, position));
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  /** Copies bytes to where they stay until the statement is bound anew; never to a null address. */
  @SuppressWarnings("MustBeClosedChecker") // It lives until the statement is bound anew.
  private long copy(byte[] bytes) {
    long address;
    if (used + bytes.length <= KEPT_BYTES) {
      address = kept.address() + used;
      used += bytes.length;
    } else {
      if (large == null) {
        large = Arena.ofShared();
      }
      address = large.allocate(Math.max(1, bytes.length)).address();
    }
    MemorySegment.copy(bytes, 0, MEMORY, JAVA_BYTE, address, bytes.length);
    return address;
  }

  private void check(int code) {
    if (code != NativeSqlite.OK) {
      throw connection.failure(code);
    }
  }

  void started() {
    running = true;
  }

  @Override
  public boolean next() {
    if (!running) {
      throw connection.closed();
    }
    return stepOnce() == NativeSqlite.ROW;
  }

  @Override
  public boolean isNull(int column) {
    try {
      return (int) sqlite.columnType.invokeExact(handle, column - 1) == NativeSqlite.TYPE_NULL;
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public long integer(int column) {
    try {
      return (long) sqlite.columnLong.invokeExact(handle, column - 1);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  @Override
  public @Nullable String text(int column) {
    byte[] utf8 = bytes(column);
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] bytes(int column) {
    try {
      // The address first: asking for it may convert the value, and so change its length.
      long address = (long) sqlite.columnBlob.invokeExact(handle, column - 1);
      if (address == 0 && isNull(column)) {
        return null;
      }
      int length = (int) sqlite.columnBytes.invokeExact(handle, column - 1);
      byte[] bytes = new byte[length];
      if (length > 0) {
        MemorySegment.copy(MEMORY, JAVA_BYTE, address, bytes, 0, length);
      }
      return bytes;
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
  }

  /** Ends the rows and gives the statement back to be used again. */
  @Override
  public void close() {
    if (running) {
      reset();
      connection.giveBack(this);
    }
  }

  private void reset() {
    running = false;
    if (finished) {
      return;
    }
    try {
      // Its result is the error of the last step, which was thrown there.
      int _ = (int) sqlite.reset.invokeExact(handle);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
    if (large != null) {
      large.close();
      large = null;
    }
  }

  /** Gives the statement back to SQLite; it is not used again. */
  void finish() {
    if (finished) {
      return;
    }
    finished = true;
    try {
      int _ = (int) sqlite.finish.invokeExact(handle);
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
    if (large != null) {
      large.close();
    }
    arena.close();
  }
}
