package org.kyneta.testkit.example;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;

// @start region="test"
final class ExampleStoreTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) {
    return new Backend() {
      @Override
      public Store open(Limits limits) {
        return new ExampleStore(limits);
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.of(
            Trait.NUL_IN_IDS,
            Trait.NUL_IN_METADATA,
            Trait.SURROGATES_IN_METADATA,
            Trait.METADATA_AS_WRITTEN,
            Trait.NESTED_READS);
      }
    };
  }
}
// @end
