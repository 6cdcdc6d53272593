package org.kyneta.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;

/**
 * An SQLite file, and how connections to it are opened.
 *
 * <p>POSIX gives up all of a process's locks on a file when any descriptor of it is closed. So the
 * file is never opened here but by SQLite: it is only looked at by name, and a new one is created
 * before anything can have it open.
 */
final class DatabaseFile {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private final Path path;
  private final Path log;
  private final SqliteOptions options;
  private final OpenedFile opened;

  private volatile Runnable registration = () -> {};

  /** Whether there was no log when somebody first looked, so that it is ours to remove. */
  private volatile boolean tidiesUp;

  private DatabaseFile(Path path, SqliteOptions options) {
    this.path = path;
    this.log = log(path);
    this.options = options;
    this.opened = new OpenedFile(path, log);
  }

  /** Returns where the log of a database is: beside the file itself, not beside a link to it. */
  static Path log(Path path) {
    Path real = path;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} is not there yet", path);
    }
    return real.resolveSibling(real.getFileName() + "-wal");
  }

  /**
   * Names a file to write to, creating it, for its owner alone, if it does not exist.
   *
   * @throws StorageException if it cannot be a database to write to
   */
  static DatabaseFile toWrite(Path path, SqliteOptions options) {
    DatabaseFile file = of(path, options);
    requireFileOrNothing(file.path);
    file.createIfMissing();
    if (!Files.isWritable(file.path) || !Files.isReadable(file.path)) {
      throw file.failure("a file that may be read and written", "one that may not");
    }
    return file;
  }

  /**
   * Names a file to read from.
   *
   * @throws StorageException if there is none, or it cannot be read
   */
  static DatabaseFile toRead(Path path, SqliteOptions options) {
    DatabaseFile file = of(path, options);
    requireFileOrNothing(file.path);
    if (!Files.exists(file.path)) {
      throw file.failure("a database file", "none");
    }
    if (!Files.isReadable(file.path)) {
      throw file.failure("a file that may be read", "one that may not");
    }
    return file;
  }

  /**
   * Names a file that exists, to write to.
   *
   * @throws StorageException if there is none, or it cannot be written
   */
  static DatabaseFile toConvert(Path path, SqliteOptions options) {
    toRead(path, options);
    return toWrite(path, options);
  }

  private static DatabaseFile of(Path path, SqliteOptions options) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          "expected a path of the default file system, found one of " + path.getFileSystem());
    }
    return new DatabaseFile(path.toAbsolutePath(), options);
  }

  Path path() {
    return path;
  }

  SqliteOptions options() {
    return options;
  }

  /**
   * Notes that the file is reached through this binding's library.
   *
   * @throws StorageException if it is open through another one
   */
  void register() {
    registration = OpenFiles.register(path, options.binding().library());
  }

  /**
   * Checks now and then that the file of this name is still the one that was opened.
   *
   * @throws StorageException if it is not
   */
  void requireInPlace() {
    opened.require();
  }

  /**
   * Checks that the file had one name only when it was last looked at.
   *
   * @throws StorageException if it has several, is another one or gone
   */
  void requireOneName() {
    opened.requireOneName();
  }

  /** Notes that the file is not open any more, after its last connection was closed. */
  void release() {
    registration.run();
  }

  /** Returns the size of the log beside the file in bytes, 0 if there is none. */
  long logBytes() {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Refuses what SQLite would open as well: it takes a device for an empty database, and writes the
   * end of a link to nothing with permissions of its own.
   *
   * @throws StorageException if there is something, and it is no file
   */
  static void requireFileOrNothing(Path path) {
    String found = null;
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        found = attributes.isDirectory() ? "a directory" : "a device or a pipe";
      }
    } catch (IOException e) {
      found = Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "a link that leads nowhere" : null;
    }
    if (found != null) {
      throw new StorageException(
          "%s: expected a database file, found %s".formatted(path, found), null);
    }
  }

  private void createIfMissing() {
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new StorageException(parent + ": expected a directory, found none", null);
    }
    if (Files.exists(path)) {
      return;
    }
    try {
      createOwnerOnly(path);
    } catch (FileAlreadyExistsException e) {
      LOG.log(Level.DEBUG, "{0} was created by somebody else meanwhile", path);
    } catch (IOException e) {
      throw new StorageException(path + ": expected to create it, found: " + e.getMessage(), e);
    }
  }

  /** Creates an empty file for its owner alone; SQLite gives its log the same permissions. */
  static void createOwnerOnly(Path path) throws IOException {
    Set<String> views = path.getFileSystem().supportedFileAttributeViews();
    FileAttribute<?>[] attributes =
        views.contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(path, attributes);
  }

  private StorageException failure(String expected, String found) {
    return new StorageException("%s: expected %s, found %s".formatted(path, expected, found), null);
  }

  /**
   * Opens a connection that may write, after bringing a log that is there to the disk.
   *
   * @throws StorageException if the file has several names
   */
  SqliteAdapter openWriter() {
    OpenedFile.requireOneName(path);
    requireReadable();
    boolean hasLog = logBytes() > 0;
    SqliteAdapter adapter = open("rw", /* queryOnly= */ false);
    if (hasLog) {
      boolean done = false;
      try {
        DurableLog.ensure(adapter, log);
        done = true;
      } finally {
        if (!done) {
          closeUnsettled(adapter);
        }
      }
    }
    return adapter;
  }

  /**
   * Closes a connection that must not bring the log into the file, as the last one does: another
   * one, which may not write, is closed after it.
   */
  private void closeUnsettled(SqliteAdapter adapter) {
    try (adapter;
        SqliteAdapter last = connect("ro")) {
      query(last, "PRAGMA schema_version");
      adapter.close();
    }
  }

  /**
   * Refuses a file with a log that this library cannot read, or not with its key. Another
   * connection than one that ignores the log would make an index of it, and bring it into the file
   * when it is closed, although it can read neither.
   */
  private void requireReadable() {
    if (logBytes() == 0) {
      return;
    }
    try (SqliteAdapter adapter = connect("ro&immutable=1")) {
      query(adapter, "PRAGMA schema_version");
    } catch (SqliteException e) {
      if (e.primaryCode() == ResultCode.NOTADB) {
        throw notADatabase(path.toString(), e);
      }
      // Without its log a file may be of any state in between: whoever reads both may judge it.
      LOG.log(Level.DEBUG, "{0} without its log: {1}", path, e.getMessage());
    }
  }

  /** Opens a connection that reads beside a writer, whose log it needs to be able to recover. */
  SqliteAdapter openReader() {
    return open("rw", /* queryOnly= */ true);
  }

  /**
   * Opens a connection that only looks. One to a file in WAL mode creates a log and leaves it if it
   * may not write; so where there is no log, it may, and tidies up when it is closed. Then so may
   * those that come after it, of which one may be closed last.
   */
  SqliteAdapter openOnlooker() {
    return openToLook(/* queryOnly= */ true);
  }

  /** Opens a connection that only looks at this file, and may write another. */
  SqliteAdapter openForBackup() {
    return openToLook(/* queryOnly= */ false);
  }

  private SqliteAdapter openToLook(boolean queryOnly) {
    requireReadable();
    if (!options.binding().sharesFiles()) {
      return open("ro", queryOnly); // One that never writes cannot harm what it shares.
    }
    if (tidiesUp || (!Files.exists(log) && Files.isWritable(path) && Files.isWritable(parent()))) {
      tidiesUp = true;
      return open("rw", queryOnly);
    }
    try {
      return open("ro", queryOnly);
    } catch (SqliteException e) {
      if (e.primaryCode() == ResultCode.CANTOPEN && !Files.exists(log)) {
        // A place where nothing can be written: no writer can come, and no log can be made.
        return open("ro&immutable=1", queryOnly);
      }
      throw e;
    }
  }

  private Path parent() {
    return Optional.ofNullable(path.getParent()).orElse(path);
  }

  private SqliteAdapter open(String mode, boolean queryOnly) {
    try {
      SqliteAdapter adapter = connect(mode);
      boolean done = false;
      try {
        query(adapter, "PRAGMA busy_timeout = " + options.busyTimeout().toMillis());
        options.tuning().applyTo(adapter);
        if (queryOnly) {
          adapter.exec("PRAGMA query_only = 1", Binding.NONE);
        }
        query(adapter, "PRAGMA schema_version");
        done = true;
        return adapter;
      } finally {
        if (!done) {
          adapter.close();
        }
      }
    } catch (SqliteException e) {
      throw e.primaryCode() == ResultCode.NOTADB ? notADatabase(path.toString(), e) : e;
    }
  }

  private SqliteAdapter connect(String mode) {
    // An encoded URI leaves no character of the path to be taken for an option.
    String address = "file:" + path.toUri().getRawPath() + "?mode=" + mode;
    opened.requireNow();
    SqliteAdapter adapter = options.binding().open(address, path.toString());
    boolean done = false;
    try {
      // It opens the log with the first statement, which comes after this.
      if (mode.contains("immutable")) {
        opened.requireNow();
      } else {
        opened.noteOrRequire();
      }
      done = true;
      return adapter;
    } finally {
      if (!done) {
        adapter.close();
      }
    }
  }

  /** Says that a file is none of SQLite's, as far as this library and its key can tell. */
  static IncompatibleFormatException notADatabase(String name, SqliteException cause) {
    IncompatibleFormatException refusal =
        new IncompatibleFormatException(
            Reason.NOT_A_STORE,
            name,
            "an SQLite database",
            "another kind of file, or one that is encrypted with another key");
    refusal.addSuppressed(cause);
    return refusal;
  }

  /** Runs a pragma to its end, where one that writes may fail, and returns its first value. */
  static String query(SqliteAdapter adapter, String pragma) {
    try (Rows rows = adapter.iterate(pragma, Binding.NONE)) {
      String first = rows.next() ? rows.text(1) : null;
      while (rows.next()) {
        // There is but one value that anybody asks for.
      }
      return first == null ? "" : first;
    }
  }

  /** Writes what changes nothing, within a transaction. */
  static void writeNothing(SqliteAdapter adapter) {
    String version = query(adapter, "PRAGMA user_version");
    adapter.exec("PRAGMA user_version = " + version, Binding.NONE);
  }

  /** Makes a connection write to a log, and synchronise it as asked for. */
  void prepareWriter(SqliteAdapter adapter) {
    options.tuning().applyToWriter(adapter);
    String mode = query(adapter, "PRAGMA journal_mode = WAL");
    if (!mode.equals("wal")) {
      throw new StorageException(
          adapter.name() + ": expected to switch to journal mode wal, found " + mode, null);
    }
    adapter.exec("PRAGMA synchronous = " + options.durability(), Binding.NONE);
    // A log that is started anew keeps the size that it had otherwise, which LogLimit looks at.
    query(adapter, "PRAGMA journal_size_limit = " + options.largestLog());
    // From here on it is LockWait that waits.
    query(adapter, "PRAGMA busy_timeout = 0");
    adapter.judgeFullDiskBy(e -> DurableLog.judgeFullDisk(adapter, log, e));
  }
}
