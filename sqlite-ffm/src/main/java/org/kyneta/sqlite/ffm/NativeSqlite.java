package org.kyneta.sqlite.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of SQLite's C interface (sqlite.org/c3ref) that the binding calls.
 *
 * <p>Functions that only look at memory are linked as critical, without a change of the thread's
 * state; those that may wait, for a lock or a disk, are not. The addresses of what is bound and of
 * column values are passed as numbers, which cost no object each.
 */
@SuppressWarnings("restricted") // Native access is what this is for.
final class NativeSqlite {

  static final int OK = 0;
  static final int ROW = 100;
  static final int DONE = 101;
  static final int MISUSE = 21;
  static final int OPEN_READWRITE = 0x2;
  static final int OPEN_CREATE = 0x4;
  static final int OPEN_URI = 0x40;
  static final int OPEN_NOMUTEX = 0x8000;
  static final int OPEN_EXRESCODE = 0x2000000;
  static final int PREPARE_PERSISTENT = 1;
  static final int TYPE_NULL = 5;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;

  final MethodHandle open;
  final MethodHandle close;
  final MethodHandle prepare;
  final MethodHandle finish;
  final MethodHandle step;
  final MethodHandle reset;
  final MethodHandle bindText;
  final MethodHandle bindBlob;
  final MethodHandle bindZeroBlob;
  final MethodHandle bindLong;
  final MethodHandle bindNull;
  final MethodHandle columnType;
  final MethodHandle columnLong;
  final MethodHandle columnBlob;
  final MethodHandle columnBytes;
  final MethodHandle changes;
  final MethodHandle errorMessage;
  final MethodHandle errorCode;
  final MethodHandle versionNumber;
  final MethodHandle threadSafe;
  final MethodHandle version;

  /** What messages call this library, such as its path. */
  final String library;

  NativeSqlite(SymbolLookup symbols, String library) {
    this.symbols = symbols;
    this.library = library;
    this.open = function("sqlite3_open_v2", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    this.close = function("sqlite3_close_v2", JAVA_INT, ADDRESS);
    this.prepare =
        function(
            "sqlite3_prepare_v3", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    this.finish = function("sqlite3_finalize", JAVA_INT, ADDRESS);
    this.step = function("sqlite3_step", JAVA_INT, ADDRESS);
    this.reset = function("sqlite3_reset", JAVA_INT, ADDRESS);
    this.bindText =
        critical("sqlite3_bind_text", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
    this.bindBlob =
        critical("sqlite3_bind_blob", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
    this.bindZeroBlob = critical("sqlite3_bind_zeroblob", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    this.bindLong = critical("sqlite3_bind_int64", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
    this.bindNull = critical("sqlite3_bind_null", JAVA_INT, ADDRESS, JAVA_INT);
    this.columnType = critical("sqlite3_column_type", JAVA_INT, ADDRESS, JAVA_INT);
    this.columnLong = critical("sqlite3_column_int64", JAVA_LONG, ADDRESS, JAVA_INT);
    this.columnBlob = critical("sqlite3_column_blob", JAVA_LONG, ADDRESS, JAVA_INT);
    this.columnBytes = critical("sqlite3_column_bytes", JAVA_INT, ADDRESS, JAVA_INT);
    this.changes = critical("sqlite3_changes", JAVA_INT, ADDRESS);
    this.errorMessage = function("sqlite3_errmsg", ADDRESS, ADDRESS);
    this.errorCode = critical("sqlite3_extended_errcode", JAVA_INT, ADDRESS);
    this.versionNumber = critical("sqlite3_libversion_number", JAVA_INT);
    this.threadSafe = critical("sqlite3_threadsafe", JAVA_INT);
    this.version = function("sqlite3_libversion", ADDRESS);
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private MethodHandle critical(String name, MemoryLayout result, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.critical(/* allowHeapAccess= */ false));
  }

  /** Passes on what a native call threw: none declares a checked exception. */
  static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> throw new AssertionError("a native call threw", thrown);
    };
  }

  /** Reads a C string of SQLite's, which is UTF-8. */
  static String string(MemorySegment address) {
    return address.equals(MemorySegment.NULL)
        ? ""
        : address.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
