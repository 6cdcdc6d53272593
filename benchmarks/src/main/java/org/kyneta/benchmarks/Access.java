package org.kyneta.benchmarks;

import java.io.IOException;
import org.kyneta.store.Store;

/** How a peer of ours gets at its databases, and whether with the store or without. */
interface Access {

  /** What is measured. */
  enum Layer {
    STORE,
    /** The store's statements as prepared statements of the driver. */
    DRIVER,
    /** The store's statements by way of the binding's adapter. */
    ADAPTER
  }

  /** Returns what this measures. */
  Layer layer();

  /** Returns the version of what keeps the databases. */
  String version();

  /** Opens a database for what this measures; for {@code append} and {@code load}. */
  Subject open(String place, Command command);

  /** Opens a store, whatever this measures. */
  Store openStore(String place, Command command);

  /** Opens a store that is empty, without checksums if the command says so. */
  Store openNewStore(String place, Command command) throws IOException;

  /** Returns where a peer may warm up before it works in a place. */
  String warmUpPlace(String place);

  /** Checks that there is a database. */
  void require(String place) throws IOException;

  /** Removes what is there. */
  void remove(String place) throws IOException;

  /** Returns what gets at the place of a command: this, unless it is the address of a server. */
  static Access of(Command command, SqliteAccess sqlite) {
    return PostgresAccess.isAddress(command.text("file"))
        ? new PostgresAccess(sqlite.layer())
        : sqlite;
  }
}
