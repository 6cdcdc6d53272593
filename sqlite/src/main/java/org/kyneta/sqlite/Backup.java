package org.kyneta.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import org.kyneta.sql.Progress;
import org.kyneta.store.StorageException;

/**
 * Copies a database while others write to it: SQLite writes one snapshot of it into a new file,
 * which is checked, brought to the disk, and only then given its name.
 */
final class Backup {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private Backup() {}

  /** Copies what a connection sees; the connection is in no transaction. */
  static void run(SqliteAdapter source, Path target, Progress progress) {
    Path absolute = target.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new StorageException(directory + ": expected a directory, found none", null);
    }
    requireFree(absolute);
    Path temporary =
        directory.resolve(absolute.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      DatabaseFile.createOwnerOnly(temporary);
      copy(source, temporary, progress);
      check(source, temporary);
      sync(temporary, StandardOpenOption.WRITE);
      requireFree(absolute);
      Files.move(temporary, absolute);
      syncDirectory(directory);
    } catch (IOException e) {
      throw new StorageException(
          absolute + ": expected to write a backup, found: " + e.getMessage(), e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static void requireFree(Path target) {
    if (Files.exists(target)) {
      throw new StorageException(
          target + ": expected a new file, found one that exists",
          new FileAlreadyExistsException(target.toString()));
    }
  }

  private static void copy(SqliteAdapter source, Path temporary, Progress progress) {
    long total =
        Long.parseLong(DatabaseFile.query(source, "PRAGMA page_count"))
            * Long.parseLong(DatabaseFile.query(source, "PRAGMA page_size"));
    Thread watcher = Thread.startVirtualThread(() -> watch(temporary, total, progress));
    try {
      source.exec("VACUUM INTO ?", p -> p.text(1, temporary.toString()));
    } finally {
      watcher.interrupt();
    }
    progress.at(total, total);
  }

  /** SQLite says nothing while it copies: how far it has come is seen from the file's size. */
  private static void watch(Path file, long total, Progress progress) {
    try {
      while (true) {
        Thread.sleep(Duration.ofMillis(200));
        progress.at(Math.min(total, Files.size(file)), total);
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Checks the copy through the connection that wrote it, which has the right library and key. */
  private static void check(SqliteAdapter source, Path copy) {
    source.exec("ATTACH ? AS kyneta_copy", p -> p.text(1, copy.toString()));
    try {
      String result = DatabaseFile.query(source, "PRAGMA kyneta_copy.quick_check(1)");
      if (!result.equals("ok")) {
        throw new StorageException(copy + ": expected a sound copy, found: " + result, null);
      }
    } finally {
      source.exec("DETACH kyneta_copy", SqliteAdapter.Binding.NONE);
    }
  }

  /** No connection has the file open any more, so that it may be opened here. */
  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static void syncDirectory(Path directory) {
    try {
      sync(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0}: this system does not synchronise directories", directory);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      LOG.log(Level.WARNING, temporary + ": a partial backup could not be removed", e);
    }
  }
}
