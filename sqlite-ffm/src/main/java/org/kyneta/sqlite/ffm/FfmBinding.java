package org.kyneta.sqlite.ffm;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.store.StorageException;

/**
 * The binding to an SQLite library of the system's or of the caller's, by way of {@code
 * java.lang.foreign}: no JNI, nothing unpacked, no dependency.
 *
 * {@snippet class="org.kyneta.sqlite.ffm.Examples" region="open"}
 *
 * <p>SQLite before 3.51.3 (and not 3.50.7 and later of that branch, or 3.44.6 and later of that)
 * can lose committed data when several connections write and checkpoint a file in WAL mode. Such a
 * library is used with one connection that has the file for itself, and a warning is logged; a file
 * that somebody else has open is refused.
 *
 * <p>The library is loaded once and stays loaded. The program must be allowed native access: {@code
 * --enable-native-access=org.kyneta.sqlite.ffm}. Safe for use by several threads.
 */
@SuppressWarnings("restricted") // Native access is what this is for.
public final class FfmBinding implements SqliteBinding {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private final NativeSqlite sqlite;
  private final String version;
  private final boolean sharesFiles;

  private FfmBinding(SymbolLookup symbols, String library) {
    try {
      this.sqlite = new NativeSqlite(symbols, library);
      int number = (int) sqlite.versionNumber.invokeExact();
      this.version = NativeSqlite.string((MemorySegment) sqlite.version.invokeExact());
      this.sharesFiles = isSoundInWalMode(number);
      if ((int) sqlite.threadSafe.invokeExact() == 0) {
        throw new StorageException(
            library + ": expected a thread-safe SQLite library, found one for one thread", null);
      }
    } catch (Throwable t) {
      throw NativeSqlite.unexpected(t);
    }
    if (!sharesFiles) {
      LOG.log(
          Level.WARNING,
          "{0}: SQLite {1} has the WAL-reset defect (it can lose committed data when several"
              + " connections write and checkpoint; fixed in 3.51.3, 3.50.7 and 3.44.6): files are"
              + " opened with exclusive locking and one connection only",
          library,
          version);
    }
  }

  /**
   * Returns the binding to the system's library.
   *
   * @throws StorageException if there is none, or it lacks a function
   */
  public static FfmBinding system() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    List<String> names =
        os.contains("win")
            ? List.of("winsqlite3.dll", "sqlite3.dll")
            : os.contains("mac")
                ? List.of("libsqlite3.dylib", "/usr/lib/libsqlite3.dylib")
                : List.of("libsqlite3.so.0", "libsqlite3.so");
    for (String name : names) {
      try {
        return new FfmBinding(SymbolLookup.libraryLookup(name, Arena.global()), name);
      } catch (IllegalArgumentException e) {
        LOG.log(Level.DEBUG, "{0} cannot be loaded: {1}", name, e.getMessage());
      }
    }
    throw new StorageException(
        "expected an SQLite library of the system, found none of " + names, null);
  }

  /**
   * Returns the binding to a library.
   *
   * @param library the shared library's file
   * @throws StorageException if it cannot be loaded, or lacks a function
   */
  public static FfmBinding at(Path library) {
    Path absolute = library.toAbsolutePath();
    try {
      return new FfmBinding(
          SymbolLookup.libraryLookup(absolute, Arena.global()), absolute.toString());
    } catch (IllegalArgumentException e) {
      throw new StorageException(
          absolute + ": expected an SQLite library, found one that cannot be loaded", e);
    }
  }

  /** See sqlite.org/wal.html, "the WAL-reset bug". */
  static boolean isSoundInWalMode(int version) {
    return version >= 3_051_003
        || (version >= 3_050_007 && version < 3_051_000)
        || (version >= 3_044_006 && version < 3_045_000);
  }

  /**
   * Opens a connection of the caller's own, to be given to {@link
   * org.kyneta.sqlite.SqliteStore#over(SqliteAdapter, SqliteOptions)}.
   *
   * @param address a file name, {@code :memory:}, or a URI that begins with {@code file:}
   * @return the connection, which the caller closes
   */
  public SqliteAdapter open(String address) {
    return open(address, address);
  }

  @Override
  public SqliteAdapter open(String address, String name) {
    return FfmAdapter.open(sqlite, address, name);
  }

  @Override
  public String library() {
    return sqlite.library;
  }

  @Override
  public boolean sharesFiles() {
    return sharesFiles;
  }

  /** Returns the library's version, such as {@code 3.53.2}. */
  public String version() {
    return version;
  }
}
