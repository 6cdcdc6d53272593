package org.kyneta.faults.sqlite;

import org.jspecify.annotations.Nullable;
import org.kyneta.faults.SkippedException;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.ffm.FfmBinding;
import org.kyneta.store.StorageException;

/** An SQLite library, and how it is reached. */
enum Library {
  /** That of sqlite-jdbc. */
  JDBC,

  /** That of the system, without JNI. */
  FFM;

  private static @Nullable FfmBinding system;

  SqliteBinding binding() {
    return switch (this) {
      case JDBC -> SqliteBinding.JDBC;
      case FFM -> system();
    };
  }

  /** Loads it once, and so is warned of its version once. */
  private static synchronized FfmBinding system() {
    FfmBinding loaded = system;
    if (loaded == null) {
      loaded = FfmBinding.system();
      system = loaded;
    }
    return loaded;
  }

  /**
   * Loads all of them.
   *
   * @throws SkippedException if one is missing
   */
  static void requireAll() {
    try {
      system();
    } catch (StorageException e) {
      throw new SkippedException("%s (Debian: libsqlite3-0)".formatted(e.getMessage()));
    }
  }

  /** Returns them in turn. */
  static Library of(int turn) {
    return values()[turn % values().length];
  }
}
