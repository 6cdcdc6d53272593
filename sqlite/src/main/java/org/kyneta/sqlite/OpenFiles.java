package org.kyneta.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.StorageException;

/**
 * The files that stores of this process have open, by what the file is and not by what it is
 * called, and the library through which each is reached.
 *
 * <p>They are noted among the system's properties, as text, since there is one set of these in a
 * process: this class may have been loaded more than once, and an SQLite library with it.
 */
final class OpenFiles {

  private static final String PREFIX = "org.kyneta.sqlite.open.";

  private OpenFiles() {}

  /** How many hold a file, and through which library. */
  private record Use(int count, String library) {

    static Use of(Object property) {
      String[] parts = property.toString().split(" ", 2);
      return new Use(Integer.parseInt(parts[0]), parts[1]);
    }

    @Override
    public String toString() {
      return count + " " + library;
    }
  }

  /** Names a library that a class has brought: each class loader loads one of its own. */
  static String library(String name, Class<?> bringer) {
    ClassLoader loader = bringer.getClassLoader();
    if (loader == null || loader.equals(ClassLoader.getSystemClassLoader())) {
      return name;
    }
    return "%s (of the class loader %s@%x)"
        .formatted(name, loader.getClass().getName(), System.identityHashCode(loader));
  }

  /**
   * Notes that a file is opened.
   *
   * @return what notes that it was closed; doing so again does nothing
   * @throws StorageException if the file is open through another library
   */
  static Runnable register(Path file, String library) {
    try {
      return register(file, identity(file), library);
    } catch (NoSuchFileException e) {
      return () -> {}; // A name in a file system that only this library knows.
    } catch (IOException e) {
      throw new StorageException(
          file + ": expected to find out which file it is, found: " + e.getMessage(), e);
    }
  }

  /**
   * Notes that the files of a connection are opened: those that it has attached as well, and none
   * for a database in memory.
   *
   * @return what notes that they were closed
   * @throws StorageException if one of them is open through another library
   */
  static Runnable register(SqliteAdapter adapter) {
    List<Runnable> registrations = new ArrayList<>();
    Runnable release = () -> registrations.forEach(Runnable::run);
    boolean done = false;
    try {
      for (String name : files(adapter)) {
        registrations.add(register(name, adapter.library()));
      }
      done = true;
      return release;
    } finally {
      if (!done) {
        release.run();
      }
    }
  }

  /**
   * Refuses the database of a connection if its file has several names.
   *
   * @throws StorageException if it has
   */
  static void requireOneName(SqliteAdapter adapter) {
    String main =
        Schema.text(
                adapter, "SELECT file FROM pragma_database_list WHERE name = 'main'", Binding.NONE)
            .orElse("");
    if (main.isEmpty()) {
      return;
    }
    try {
      OpenedFile.requireOneName(Path.of(main));
    } catch (InvalidPathException e) {
      return; // A name in a file system that only this library knows.
    }
  }

  private static Runnable register(String name, String library) {
    try {
      return register(Path.of(name), library);
    } catch (InvalidPathException e) {
      return () -> {}; // A name in a file system that only this library knows.
    }
  }

  private static List<String> files(SqliteAdapter adapter) {
    List<String> files = new ArrayList<>();
    try (Rows rows = adapter.iterate("PRAGMA database_list", Binding.NONE)) {
      while (rows.next()) {
        String file = rows.text(3);
        if (file != null && !file.isEmpty()) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Runnable register(Path file, String identity, String library) {
    Use use =
        Use.of(
            System.getProperties()
                .compute(
                    PREFIX + identity, (key, property) -> taken(property, library).toString()));
    if (!use.library.equals(library)) {
      throw new StorageException(
          "%s: expected to be opened through %s only, as it is already in this process, found %s;"
                  .formatted(file, use.library, library)
              + " two SQLite libraries on one file would destroy it",
          null);
    }
    AtomicBoolean released = new AtomicBoolean();
    return () -> {
      if (released.compareAndSet(false, true)) {
        release(identity);
      }
    };
  }

  private static Use taken(@Nullable Object property, String library) {
    if (property == null) {
      return new Use(1, library);
    }
    Use use = Use.of(property);
    return use.library.equals(library) ? new Use(use.count + 1, library) : use;
  }

  private static void release(String identity) {
    System.getProperties()
        .computeIfPresent(
            PREFIX + identity,
            (key, property) -> {
              Use use = Use.of(property);
              return use.count == 1 ? null : new Use(use.count - 1, use.library).toString();
            });
  }

  /** Returns device and inode where the system has such, else the path without its links. */
  private static String identity(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return String.valueOf(key == null ? file.toRealPath() : key);
  }
}
