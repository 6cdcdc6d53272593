package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kyneta.faults.CLibrary;
import org.kyneta.faults.SkippedException;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.ffm.FfmBinding;
import org.kyneta.store.StorageException;

/** An SQLite library, and how it is reached. */
public enum Library {
  /** That of sqlite-jdbc. */
  JDBC,

  /** That of the system, without JNI: with one connection only, if it has a known defect. */
  FFM,

  /** A current one, without JNI, which any number of connections may use. */
  FFM_SHARED;

  private static final String CURRENT = "faults/target/sqlite";
  private static final String NAME = "libsqlite3.so";

  /** Returns the binding to it, after {@link #requireAll} in this process or its parent. */
  public SqliteBinding binding() {
    return switch (this) {
      case JDBC -> SqliteBinding.JDBC;
      case FFM -> SystemLibrary.BINDING;
      case FFM_SHARED -> CurrentLibrary.BINDING;
    };
  }

  /** Loads it once, and so is warned of its version once. */
  private static final class SystemLibrary {
    static final FfmBinding BINDING = FfmBinding.system();
  }

  private static final class CurrentLibrary {
    static final FfmBinding BINDING = FfmBinding.at(CLibrary.inCheckout(CURRENT).resolve(NAME));
  }

  /**
   * Makes and loads all of them.
   *
   * @throws SkippedException if one is missing
   */
  public static void requireAll() throws IOException, InterruptedException {
    makeCurrent();
    for (Library library : values()) {
      try {
        library.binding();
      } catch (StorageException | ExceptionInInitializerError | NoClassDefFoundError e) {
        throw new SkippedException("%s (Debian: libsqlite3-0)".formatted(e));
      }
    }
    if (!FFM_SHARED.binding().sharesFiles()) {
      throw new SkippedException(
          "expected sources of an SQLite that shares files, found those of "
              + CurrentLibrary.BINDING.version());
    }
  }

  /** Makes it as the benchmarks do, optimised less: that takes a third of the time. */
  private static void makeCurrent() throws IOException, InterruptedException {
    Path sources = CLibrary.inCheckout("javascript/node_modules/better-sqlite3/deps/sqlite3");
    if (!Files.exists(sources.resolve("sqlite3.c"))) {
      throw new SkippedException("no current SQLite: run 'npm ci' in the folder javascript");
    }
    Path build = Files.createDirectories(CLibrary.inCheckout(CURRENT));
    Path makefile = CLibrary.inCheckout("benchmarks/c");
    CLibrary.make(makefile, NAME, build, "CFLAGS=-O1");
  }

  /** Returns them in turn. */
  static Library of(int turn) {
    return values()[turn % values().length];
  }
}
