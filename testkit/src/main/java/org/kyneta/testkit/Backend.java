package org.kyneta.testkit;

import java.util.Set;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;

/**
 * The place where a store under test keeps its data: a file, a database, a piece of memory.
 *
 * <p>A back end is empty when it is made, and used for one test only. The kit closes every store
 * that it opened before it closes the back end. Tests open stores from several threads.
 */
public interface Backend {

  /**
   * Opens a store over this back end's data; with {@link Trait#SHARED} several may be open at once.
   *
   * <p>It must let at least four cursors be open at once; what the tests open beyond that may be
   * refused with {@link org.kyneta.store.StorageBusyException}. It should wait for the writes of
   * other stores for ten seconds or longer.
   *
   * @param limits how large the parts of what is written may be
   * @throws Exception if it cannot be opened, which fails the test
   */
  Store open(Limits limits) throws Exception;

  /** Returns what this back end can do; always the same. */
  Set<Trait> traits();

  /**
   * Opens a store that shares the place but not the data, such as one with other table names in the
   * same database. Needed for {@link Trait#NEIGHBOURS}.
   *
   * @throws Exception if it cannot be opened, which fails the test
   */
  default Store openNeighbour() throws Exception {
    throw new UnsupportedOperationException("a back end with NEIGHBOURS must have openNeighbour");
  }

  /**
   * Opens a store over this back end's data to which the storage fails once. Needed for {@link
   * Trait#FAULTS}. No other store is open meanwhile.
   *
   * @param step which one of the steps that change or commit something fails, counted from 1 and
   *     from the moment at which the store has been opened; the steps after it succeed
   * @throws Exception if it cannot be opened, which fails the test
   */
  default Store openFailing(int step) throws Exception {
    throw new UnsupportedOperationException("a back end with FAULTS must have openFailing");
  }

  /**
   * Removes what the back end holds. The kit calls it, once, after the stores have been closed.
   *
   * @throws Exception if it cannot, which fails the test
   */
  default void close() throws Exception {}
}
