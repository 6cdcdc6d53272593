package org.kyneta.sqlite.ffm;

import java.nio.file.Path;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** A database file that is reached through a native library. */
record FfmBackend(Path path, SqliteOptions options, Set<Trait> traits) implements Backend {

  /** The kit forgets many cursors on purpose, and each is worth a warning with a stack trace. */
  private static final Logger LOG = Logger.getLogger("org.kyneta.sqlite");

  static {
    LOG.setLevel(Level.SEVERE);
  }

  @Override
  public Store open(Limits limits) {
    return SqliteStore.open(path, options.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    return SqliteStore.open(
        path, options.withTables(new TableNames("their_meta", "their_records", "their_marker")));
  }
}
