package org.kyneta.testkit.flaws;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Trait;

/**
 * A store that is broken in one way, and the tests that must find it.
 *
 * @param name what is wrong
 * @param opener opens it
 * @param traits what it says that it can do
 * @param timeLimit how long a test of it may take
 * @param tests the names of the tests
 */
record Flaw(String name, Opener opener, Set<Trait> traits, Duration timeLimit, List<String> tests) {

  /** Opens a store over data. */
  @FunctionalInterface
  interface Opener {
    Store open(Sketch.Data data, Limits limits);
  }

  /** Returns a flaw of a store that says it can do everything. */
  static Flaw of(String name, Opener opener, String... tests) {
    return new Flaw(
        name, opener, EnumSet.allOf(Trait.class), Duration.ofMinutes(1), List.of(tests));
  }

  /** Returns this flaw of a store that does not say it can do some things. */
  Flaw without(Trait... absent) {
    Set<Trait> rest = EnumSet.copyOf(traits);
    rest.removeAll(List.of(absent));
    return new Flaw(name, opener, rest, timeLimit, tests);
  }

  /** Returns this flaw, which makes a store hang. */
  Flaw thatHangs() {
    return new Flaw(name, opener, traits, Duration.ofSeconds(2), tests);
  }

  @Override
  public String toString() {
    return name;
  }
}
