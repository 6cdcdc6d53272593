package org.kyneta.testkit;

import java.nio.file.Path;
import java.time.Duration;
import org.kyneta.store.Store;

/**
 * The contract of a {@link Store} as tests: extend this class in the tests of a back end, with the
 * one method that says where its data is kept.
 *
 * <p>Every test gets a back end of its own, which must be empty. The names of the tests say which
 * must of the contract is broken when one fails. They need no order and may run in parallel. A test
 * that hangs fails after {@link #testTimeLimit()}.
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
