package org.kyneta.testkit;

import java.nio.file.Path;
import java.util.Set;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;

final class InMemoryStoreTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) {
    return new Backend() {
      @Override
      public Store open(Limits limits) {
        return new InMemoryStore(limits);
      }

      @Override
      public Set<Trait> traits() {
        return Set.of(
            Trait.NUL_IN_IDS,
            Trait.NUL_IN_METADATA,
            Trait.SURROGATES_IN_METADATA,
            Trait.METADATA_AS_WRITTEN,
            Trait.NESTED_READS);
      }
    };
  }
}
