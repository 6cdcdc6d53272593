package org.kyneta.sqlite;

import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.kyneta.store.StorageException;

/**
 * A file that is written under another name beside its place, brought to the disk, and given its
 * name in one step. What has not come so far is gone when this is closed.
 */
final class NewFile implements AutoCloseable {

  private static final Logger LOG = System.getLogger("org.kyneta.sqlite");

  private final Path target;
  private final Path directory;
  private final Path temporary;
  private final Disk disk;

  /** Whether this system synchronises directories at all: not every one does. */
  private final boolean syncsDirectories;

  /** How files and directories are brought to the disk. */
  interface Disk {

    void sync(Path path, StandardOpenOption option) throws IOException;
  }

  private NewFile(Path target, Path directory, Disk disk) {
    this.target = target;
    this.directory = directory;
    this.disk = disk;
    this.syncsDirectories = syncsDirectories();
    this.temporary = directory.resolve(target.getFileName() + "." + UUID.randomUUID() + ".partial");
  }

  /**
   * Makes an empty one, for its owner alone.
   *
   * @param target an absolute path at which there is nothing
   * @throws StorageException if there is something, or beside it the log of what was there before,
   *     or no directory to be in
   */
  static NewFile create(Path target) throws IOException {
    return create(target, NewFile::sync);
  }

  /** Makes one that is brought to the disk by a function. */
  static NewFile create(Path target, Disk disk) throws IOException {
    Path directory = target.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new StorageException(directory + ": expected a directory, found none", null);
    }
    if (Files.exists(target)) {
      throw exists(target, new FileAlreadyExistsException(target.toString()));
    }
    requireNoLog(target);
    NewFile file = new NewFile(target, directory, disk);
    DatabaseFile.createOwnerOnly(file.temporary);
    return file;
  }

  /**
   * Refuses a name beside which lies the log of a file that was there before: whoever opens the new
   * one would bring it into that, and have the old one back, or a mixture.
   */
  private static void requireNoLog(Path target) throws IOException {
    for (String suffix : new String[] {"-wal", "-journal"}) {
      Path log = target.resolveSibling(target.getFileName() + suffix);
      if (Files.exists(log) && Files.size(log) > 0) {
        throw new StorageException(
            log
                + ": expected no log where a new file is to be, found one, which would be brought"
                + " into it when it is opened; move it away first",
            null);
      }
    }
  }

  private static StorageException exists(Path target, FileAlreadyExistsException cause) {
    return new StorageException(target + ": expected a new file, found one that exists", cause);
  }

  /** Opens it to write text, with the encoding UTF-8. */
  BufferedWriter writer() throws IOException {
    return Files.newBufferedWriter(temporary);
  }

  Path temporary() {
    return temporary;
  }

  /**
   * Brings the file to the disk and gives it its name; nobody has it open any more.
   *
   * @throws StorageException if there is something of that name by now
   * @throws IOException if something fails, such as that the name cannot be brought to the disk;
   *     then it is not given
   */
  void publish() throws IOException {
    disk.sync(temporary, StandardOpenOption.WRITE);
    try {
      link();
    } catch (FileAlreadyExistsException e) {
      throw exists(target, e);
    }
    boolean done = false;
    try {
      Files.deleteIfExists(temporary);
      if (syncsDirectories) {
        disk.sync(directory, StandardOpenOption.READ);
      }
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(target);
      }
    }
  }

  /** A rename would replace what has come into being there meanwhile; a second name does not. */
  private void link() throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      LOG.log(Level.DEBUG, "{0}: a file system without links", directory);
      Files.move(temporary, target);
    }
  }

  static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private boolean syncsDirectories() {
    try {
      disk.sync(directory, StandardOpenOption.READ);
      return true;
    } catch (IOException e) {
      LOG.log(Level.INFO, "{0}: directories are not synchronised here: {1}", directory, e);
      return false;
    }
  }

  @Override
  public void close() {
    for (String suffix : new String[] {"", "-journal", "-wal", "-shm"}) {
      Path left = directory.resolve(temporary.getFileName() + suffix);
      try {
        Files.deleteIfExists(left);
      } catch (IOException e) {
        LOG.log(Level.WARNING, left + ": a partial file could not be removed", e);
      }
    }
  }
}
