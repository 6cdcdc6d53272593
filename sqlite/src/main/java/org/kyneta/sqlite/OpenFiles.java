package org.kyneta.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.kyneta.store.StorageException;

/**
 * The files that stores of this process have open, by what the file is and not by what it is
 * called, and the library through which each is reached.
 */
final class OpenFiles {

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Map<Object, Use> USES = new HashMap<>();

  private OpenFiles() {}

  private static final class Use {
    final String library;
    int count;

    Use(String library) {
      this.library = library;
    }
  }

  /**
   * Notes that a file is opened.
   *
   * @return what notes that it was closed; doing so again does nothing
   * @throws StorageException if the file is open through another library
   */
  static Runnable register(Path file, SqliteBinding binding) {
    Object identity = identity(file);
    LOCK.lock();
    try {
      Use use = USES.computeIfAbsent(identity, key -> new Use(binding.library()));
      if (!use.library.equals(binding.library())) {
        throw new StorageException(
            "%s: expected to be opened through %s only, as it is already in this process, found %s;"
                    .formatted(file, use.library, binding.library())
                + " two SQLite libraries on one file would destroy it",
            null);
      }
      use.count++;
    } finally {
      LOCK.unlock();
    }
    AtomicBoolean released = new AtomicBoolean();
    return () -> {
      if (released.compareAndSet(false, true)) {
        release(identity);
      }
    };
  }

  private static void release(Object identity) {
    LOCK.lock();
    try {
      Use use = USES.get(identity);
      if (use != null && --use.count == 0) {
        USES.remove(identity);
      }
    } finally {
      LOCK.unlock();
    }
  }

  /** Returns device and inode where the system has such, else the path without its links. */
  private static Object identity(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file.toRealPath() : key;
    } catch (IOException e) {
      throw new StorageException(
          file + ": expected to find out which file it is, found: " + e.getMessage(), e);
    }
  }
}
