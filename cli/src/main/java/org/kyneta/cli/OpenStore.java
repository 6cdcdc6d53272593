package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
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
