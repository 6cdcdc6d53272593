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
    ExampleStore.Database database = new ExampleStore.Database();
    return new Backend() {
      @Override
      public Store open(Limits limits) {
        return new ExampleStore(database, limits);
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.FAULTS, Trait.NEIGHBOURS));
      }
    };
  }
}
// @end
