package org.kyneta.sqlite.ffm;

import java.nio.file.Path;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Store;

/** The examples of the javadoc, compiled and run as tests. */
final class Examples {

  private Examples() {}

  static long countDocuments(Path file) {
    // @start region="open"
    SqliteOptions options = SqliteOptions.DEFAULT.withBinding(FfmBinding.system());
    try (Store store = SqliteStore.open(file, options);
        var ids = store.listDocIds()) {
      return ids.stream().count();
    }
    // @end
  }

  static boolean mayBeShared(Path library) {
    // @start region="at"
    FfmBinding binding = FfmBinding.at(library); // Such as /opt/sqlite/libsqlite3.so
    System.out.println(binding.version());
    return binding.sharesFiles();
    // @end
  }
}
