package org.kyneta.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.Trait;

/** A connection of the caller's, which all stores share. */
final class AdapterBackend implements Backend {

  /** SQLITE_IOERR: after it, nobody knows whether a COMMIT was done. */
  private static final int IOERR = 10;

  private final Connection connection;
  private FailingAdapter adapter;
  private boolean failed;

  /**
   * Opens a connection.
   *
   * @param address what JDBC calls it
   */
  AdapterBackend(String address) throws SQLException {
    this.connection = Databases.connect(address);
    try (Statement statement = connection.createStatement()) {
      // These tests are about rollback journals, and about the process only.
      statement.execute("PRAGMA synchronous = OFF");
    }
    this.adapter = new FailingAdapter(JdbcSqliteAdapter.over(connection));
  }

  /** Opens a store; over another adapter after a failure, as one must where it was a COMMIT's. */
  @Override
  public Store open(Limits limits) {
    if (failed) {
      adapter.close();
      adapter = new FailingAdapter(JdbcSqliteAdapter.over(connection));
      failed = false;
    }
    return SqliteStore.over(adapter, SqliteOptions.DEFAULT.withLimits(limits));
  }

  @Override
  public Store openNeighbour() {
    TableNames tables = new TableNames("their_meta", "their_records", "their_marker");
    return SqliteStore.over(adapter, SqliteOptions.DEFAULT.withTables(tables));
  }

  @Override
  public Store openFailing(int step) {
    Store store = SqliteStore.over(adapter);
    failed = true;
    adapter.failBefore(IOERR, FileBackend.step(step));
    return store;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.NESTED_READS));
  }

  @Override
  public void close() throws SQLException {
    adapter.close();
    connection.close();
  }
}
