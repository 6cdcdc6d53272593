package org.kyneta.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.kyneta.relay.Lease;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import picocli.CommandLine.TypeConversionException;

/**
 * A store in an SQLite file.
 *
 * @param path the file
 */
record StoreFile(Path path) implements StoreLocation {

  static StoreFile parse(String text) {
    try {
      return new StoreFile(Path.of(text));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("expected a file's path, found " + Shown.text(text, 200));
    }
  }

  @Override
  public OpenStore openToLook(TableNames tables) {
    SqliteStore store = SqliteStore.openReadOnly(path, SqliteOptions.DEFAULT.withTables(tables));
    return new OpenStore(store, OpenStore.Connections.NONE, OpenStore.Lease.NONE);
  }

  @Override
  public OpenStore openToWrite(Writing writing) throws IOException {
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withTables(writing.tables())
            .withLimits(writing.limits())
            .withDurability(writing.durability());
    boolean isNew = isNew(options);
    Format wanted = isNew ? writing.created() : writing.required();
    SqliteOptions wantedOptions = wanted == null ? options : options.withFormat(wanted);
    Lease lease =
        writing.sharing() == Sharing.WRITERS
            ? Lease.share(path, "kyneta " + writing.command())
            : lease(writing.command());
    try {
      return new OpenStore(
          SqliteStore.open(path, wantedOptions), OpenStore.Connections.NONE, lease::close);
    } catch (RuntimeException | Error e) {
      try (lease) {
        throw e;
      }
    }
  }

  /**
   * Takes the lease alone, and whole.
   *
   * @param command the command that writes
   * @throws IOException if somebody else has it, or it cannot be taken
   */
  Lease lease(String command) throws IOException {
    return Lease.take(path, "kyneta " + command);
  }

  /**
   * Looks before anything is written or left beside the file, and returns whether a store is to be
   * created.
   */
  private boolean isNew(SqliteOptions options) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      requireFolder(options);
      return true;
    }
    return !isStore(options);
  }

  /** Where there can be no file, opening one says best why. */
  private void requireFolder(SqliteOptions options) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      SqliteStore.open(path, options).close();
    }
  }

  /**
   * Returns whether there is a store in the file; false if it is a database without one.
   *
   * @throws org.kyneta.store.StoreException if it is something else, or cannot be opened
   */
  boolean isStore(SqliteOptions options) {
    try {
      SqliteStore.openReadOnly(path, options).close();
      return true;
    } catch (IncompatibleFormatException e) {
      // With a file that is not a database comes what SQLite says of it.
      if (e.reason() == Reason.NOT_A_STORE && e.getSuppressed().length == 0) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public boolean isSame(StoreLocation other) {
    try {
      return other instanceof StoreFile(Path file) && Files.isSameFile(path, file);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
