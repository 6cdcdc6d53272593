package org.kyneta.sqlite.ffm;

import java.nio.file.Path;
import java.util.EnumSet;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;

/** The contract, kept in a file through a current native library. */
class CurrentLibraryFileTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) {
    return new FfmBackend(
        directory.resolve("store.db"),
        SqliteOptions.DEFAULT.withBinding(Libraries.current()),
        EnumSet.complementOf(EnumSet.of(Trait.FAULTS)));
  }
}
