package org.kyneta.sqlite.encrypted;

import java.nio.file.Path;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;

/** The examples of the documentation, compiled and run as tests. */
final class Examples {

  private Examples() {}

  static SqliteStore open(Path file, String key) {
    // @start region="encrypted"
    SqliteOptions options = SqliteOptions.DEFAULT.withBinding(new EncryptedBinding(key));
    return SqliteStore.open(file, options);
    // @end
  }
}
