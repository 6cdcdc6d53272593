package org.kyneta.testkit.flaws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;

/** The kit over whatever store is set; only ever run by a launcher of our own. */
final class FlawedRun extends StoreConformanceTest {

  static volatile @Nullable Flaw flaw;

  @Override
  protected Backend backend(Path directory) {
    Flaw current = Objects.requireNonNull(flaw);
    Sketch.Data data = new Sketch.Data();
    Sketch.Data neighbours = new Sketch.Data();
    neighbours.neighbour = data;
    return new Backend() {
      @Override
      public Store open(Limits limits) {
        data.stepThatFails = 0;
        return current.opener().open(data, limits);
      }

      @Override
      public Store openNeighbour() {
        return current.opener().open(neighbours, Limits.DEFAULT);
      }

      @Override
      public Store openFailing(int step) {
        Store store = open(Limits.DEFAULT);
        data.stepThatFails = step;
        return store;
      }

      @Override
      public Set<Trait> traits() {
        return current.traits();
      }
    };
  }

  @Override
  protected Duration testTimeLimit() {
    return Objects.requireNonNull(flaw).timeLimit();
  }
}
