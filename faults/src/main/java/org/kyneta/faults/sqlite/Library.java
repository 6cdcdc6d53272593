package org.kyneta.faults.sqlite;

import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.ffm.FfmBinding;

/** An SQLite library, and how it is reached. */
enum Library {
  JDBC {
    @Override
    SqliteBinding binding() {
      return SqliteBinding.JDBC;
    }
  },

  /** The library of the system. */
  FFM {
    @Override
    SqliteBinding binding() {
      return Loaded.BINDING;
    }
  };

  /** Is loaded, and says what is wrong with its version, when it is first asked for. */
  private static final class Loaded {
    static final FfmBinding BINDING = FfmBinding.system();
  }

  abstract SqliteBinding binding();

  /** Returns them in turn. */
  static Library of(int cycle) {
    return values()[cycle % values().length];
  }
}
