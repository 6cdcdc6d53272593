package org.kyneta.faults.sqlite;

import org.kyneta.faults.BrokenStores;
import org.kyneta.store.Store;

/** What is broken about a store, on purpose. */
enum Flaw {
  NONE {
    @Override
    Store in(Store store) {
      return store;
    }
  },

  /** Writes are acknowledged before they are done. */
  EARLY {
    @Override
    Store in(Store store) {
      return BrokenStores.early(store);
    }
  },

  /** A stream is replaced in two transactions. */
  TWO_STEPPED {
    @Override
    Store in(Store store) {
      return BrokenStores.twoStepped(store);
    }
  },

  /** Writes that the storage has refused are acknowledged. */
  DEAF {
    @Override
    Store in(Store store) {
      return BrokenStores.deaf(store);
    }
  };

  abstract Store in(Store store);
}
