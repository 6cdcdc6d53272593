package org.kyneta.sqlite.ffm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;

/** The contract, kept in a file through the system's library, whatever its version. */
class SystemLibraryFileTest extends StoreConformanceTest {

  private static final FfmBinding BINDING = FfmBinding.system();

  @Override
  protected Backend backend(Path directory) {
    EnumSet<Trait> missing = EnumSet.of(Trait.FAULTS);
    if (!BINDING.sharesFiles()) {
      missing.addAll(EnumSet.of(Trait.SHARED, Trait.NEIGHBOURS, Trait.NESTED_READS));
    }
    return new FfmBackend(
        directory.resolve("store.db"),
        SqliteOptions.DEFAULT.withBinding(BINDING).withBusyTimeout(Duration.ofMillis(100)),
        EnumSet.complementOf(missing));
  }
}
