package org.kyneta.testkit;

import java.nio.file.Path;
import java.time.Duration;
import org.kyneta.store.Store;

/**
 * The contract of a {@link Store} as tests: extend this class in the tests of a back end, with the
 * one method that says where its data is kept.
 *
 * {@snippet class="org.kyneta.testkit.example.ExampleStoreTest" region="test"}
 *
 * <p>JUnit runs it as any other class. Every test gets a {@link Backend} of its own, which must be
 * empty, and its name says which must of the contract is broken when it fails. Tests need no order,
 * and no back end that is quick: none writes more than a few thousand records. One that hangs fails
 * after {@link #testTimeLimit()}, and says where it hangs.
 *
 * <p>What a back end can do beyond what every store must is declared as {@linkplain Trait traits}.
 * A trait that is left out leaves out no test: the kit then asserts what the trait's description
 * says instead. Only {@link Trait#FAULTS} and {@link Trait#NEIGHBOURS} need something of the back
 * end that not all have: without them eight tests are aborted, and say why.
 *
 * <p>The example of a whole back end is {@code ExampleStore}, beside {@code ExampleStoreTest} in
 * the sources of this module's tests: it keeps the contract in as few lines as possible. {@link
 * org.kyneta.store.StreamRules} has the rules that a back end must check, as functions.
 *
 * <p>What the kit cannot see: how much memory a long stream takes, how the cost of a listing grows,
 * and what survives the loss of power.
 */
public abstract class StoreConformanceTest extends FaultsContract {

  /** For subclasses. */
  protected StoreConformanceTest() {}

  /**
   * Returns a back end without data, for one test.
   *
   * @param directory an empty directory of this test's own, deleted after it
   * @throws Exception if there can be none, which fails the test
   */
  protected abstract Backend backend(Path directory) throws Exception;

  /** Returns how long a test may take before it counts as hanging: a minute. */
  protected Duration testTimeLimit() {
    return Duration.ofMinutes(1);
  }

  @Override
  final Backend newBackend(Path directory) throws Exception {
    return backend(directory);
  }

  @Override
  final Duration timeLimit() {
    return testTimeLimit();
  }
}
