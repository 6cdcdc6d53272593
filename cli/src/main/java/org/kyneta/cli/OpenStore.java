package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.SqlStore;

/**
 * A store that is open, with what was opened for it.
 *
 * @param store the store
 * @param connections what it stands on, closed after it
 * @param lease the right to write to it
 */
record OpenStore(SqlStore store, Connections connections, Lease lease) implements AutoCloseable {

  /** What a store stands on that was opened for it. */
  interface Connections extends AutoCloseable {

    /** There are none but the store's own. */
    Connections NONE = () -> {};

    @Override
    void close();
  }

  /** The right to be the only one of its kind that writes to a store. */
  interface Lease extends AutoCloseable {

    /** The lease of those who need none. */
    Lease NONE = () -> {};

    /** Has somebody told, by another thread, should it be lost before it is given up. */
    default void onLoss(Consumer<String> told) {}

    @Override
    void close() throws IOException;
  }

  /** What is done with a store. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object, X extends Exception> {
    T run(SqlStore store) throws X;
  }

  /**
   * Does something with the store for which the lease is needed to the end. Should it be lost, the
   * connections are cut, so that whatever uses the store stops.
   *
   * @throws Failure if the lease is lost
   */
  <T extends @Nullable Object, X extends Exception> T whileHeld(Work<T, X> work) throws X {
    AtomicReference<@Nullable String> lost = new AtomicReference<>();
    lease.onLoss(problem -> {
      lost.set(problem);
      connections.close();
    });
    T done;
    try {
      done = work.run(store);
    } catch (RuntimeException e) {
      requireHeld(lost.get(), Failures.describe(e), e);
      throw e;
    }
    requireHeld(lost.get(), "it was done by then", null);
    return done;
  }

  private static void requireHeld(
      @Nullable String problem, String done, @Nullable RuntimeException cause) {
    if (problem != null) {
      throw new Failure(
          "%s; another may write to the store now: %s".formatted(problem, done), cause);
    }
  }

  @Override
  public void close() {
    try (lease;
        connections;
        store) {
      // Closed in the reverse order of what is listed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
