package org.kyneta.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.IVersionProvider;

/** Says which versions of what are running. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String sqlite;
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      sqlite = store.statistics(0, Progress.NONE).engine().version();
    }
    return new String[] {
      "kyneta %s (SQLite %s, Java %s)".formatted(ownVersion(), sqlite, Runtime.version())
    };
  }

  static String ownVersion() {
    return Optional.ofNullable(Kyneta.class.getModule().getDescriptor())
        .flatMap(ModuleDescriptor::rawVersion)
        .orElse("of unknown version");
  }
}
