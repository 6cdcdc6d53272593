package org.kyneta.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StorageException;

/**
 * Notices that a file that is open was deleted, that another one was put in its place, or that it
 * has a second name.
 *
 * <p>What is written to the old one is lost with it, and what is read from it is not what is there.
 * And SQLite finds the log by the file's name: a connection that is opened to the new file would
 * take the log of the old one for its own, and bring it into the new one. Under two names a file
 * has two logs, and of what is written to the one those who write to the other know nothing.
 *
 * <p>The file is looked at by its name only, never opened. Where the system does not tell files
 * apart, nothing is noticed. Safe for use by several threads.
 */
final class OpenedFile {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  /** How long it may take until something is noticed. */
  private static final long LOOK_NANOS = 1_000_000;

  private final Path path;
  private final Path log;
  private volatile @Nullable Object identity;
  private volatile long names = 1;
  private volatile long lookedAt;

  OpenedFile(Path path, Path log) {
    this.path = path;
    this.log = log;
  }

  /**
   * Takes note of which file was opened, when the first connection was opened to write: that itself
   * may change it, where file systems overlay each other. Later connections must be to the same.
   *
   * @throws StorageException if the file of this name is another one or gone
   */
  void noteOrRequire() {
    if (identity != null) {
      requireNow();
      return;
    }
    try {
      identity = found();
      lookedAt = System.nanoTime();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be told from others: {1}", path, e.getMessage());
    }
  }

  /**
   * Checks, once a millisecond at most, that the file of this name is the one that was opened.
   *
   * @throws StorageException if it is another one or gone
   */
  void require() {
    if (identity != null && System.nanoTime() - lookedAt >= LOOK_NANOS) {
      requireNow();
      lookedAt = System.nanoTime();
    }
  }

  /**
   * Checks that the file of this name is the one that was opened, if one was.
   *
   * @throws StorageException if it is another one or gone
   */
  void requireNow() {
    Object expected = identity;
    if (expected == null) {
      return;
    }
    Object found;
    try {
      found = found();
    } catch (NoSuchFileException e) {
      found = null;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0} cannot be looked at: {1}", path, e.getMessage());
      return; // Whatever is wrong, SQLite is told as well.
    }
    if (!expected.equals(found)) {
      throw new StorageException(
          "%s: expected the file that was opened, found %s; close the store, and move away the log"
                  .formatted(path, found == null ? "none" : "another one in its place")
              + " that it leaves (%s) before a file of this name is opened"
                  .formatted(log.getFileName()),
          null);
    }
  }

  /**
   * Checks that the file had one name only when it was last looked at; if it had several, it is
   * looked at again.
   *
   * @throws StorageException if it has several, is another one or gone
   */
  void requireOneName() {
    if (names > 1) {
      requireNow();
    }
    requireOneName(path, names);
  }

  /**
   * Checks that a file has one name only; one that is not there, or whose names the system does not
   * count, passes.
   *
   * @throws StorageException if it has several
   */
  static void requireOneName(Path path) {
    try {
      requireOneName(path, Look.at(path).names);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0}: its names cannot be counted: {1}", path, e.getMessage());
    }
  }

  private static void requireOneName(Path path, long names) {
    if (names > 1) {
      throw new StorageException(
          "%s: expected a file with one name to write to, found %d hard links to it; each name has a"
                  .formatted(path, names)
              + " log of its own, and what is written under one would be lost to the others;"
              + " remove the other name, after copying the file where it is wanted twice",
          null);
    }
  }

  private @Nullable Object found() throws IOException {
    Look look = Look.at(path);
    names = look.names;
    return look.identity;
  }

  /** What a file is, and how many names it has. */
  private record Look(@Nullable Object identity, long names) {

    static Look at(Path path) throws IOException {
      if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
        return new Look(Files.readAttributes(path, BasicFileAttributes.class).fileKey(), 1);
      }
      Map<String, Object> attributes = Files.readAttributes(path, "unix:fileKey,nlink");
      return new Look(
          attributes.get("fileKey"),
          attributes.get("nlink") instanceof Number number ? number.longValue() : 1);
    }
  }
}
