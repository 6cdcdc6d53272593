package org.kyneta.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** A connection and the adapter around it, which all stores share. */
record OneAdapterBackend(Connection connection, SqliteAdapter adapter) implements Backend {

  @Override
  public Store open(Limits limits) {
    return SqliteStore.over(adapter, SqliteOptions.DEFAULT.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    TableNames tables = new TableNames("their_meta", "their_records", "their_marker");
    return SqliteStore.over(adapter, SqliteOptions.DEFAULT.withTables(tables));
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.NESTED_READS, Trait.FAULTS));
  }

  @Override
  public void close() throws SQLException {
    adapter.close();
    connection.close();
  }
}
