package org.kyneta.sqlite.encrypted;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;

/** The contract, kept in an encrypted file, as far as one connection can. */
class EncryptedFileTest extends StoreConformanceTest {

  /** The kit forgets many cursors on purpose, and each is worth a warning with a stack trace. */
  private static final Logger LOG = Logger.getLogger("org.kyneta.sqlite");

  /** A key as it is, which spares each opening the quarter of a second that a pass phrase takes. */
  private static final String KEY = "x'" + "2d".repeat(32) + "'";

  static {
    LOG.setLevel(Level.SEVERE);
  }

  @Override
  protected Backend backend(Path directory) {
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withBinding(new EncryptedBinding(KEY))
            .withBusyTimeout(Duration.ofMillis(100));
    return new Backend() {
      @Override
      public Store open(Limits limits) {
        return SqliteStore.open(directory.resolve("store.db"), options.withLimits(limits));
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(
            EnumSet.of(Trait.SHARED, Trait.NEIGHBOURS, Trait.NESTED_READS, Trait.FAULTS));
      }
    };
  }
}
