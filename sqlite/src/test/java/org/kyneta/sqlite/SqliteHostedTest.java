package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Limits;
import org.kyneta.store.Store;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;
import org.sqlite.JDBC;

/** The contract, kept within one long transaction of somebody else's. */
class SqliteHostedTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    Connection connection = new JDBC().connect("jdbc:sqlite::memory:", properties);
    connection.setAutoCommit(false);
    return new Hosted(connection, JdbcSqliteAdapter.hosted(connection));
  }

  private record Hosted(Connection connection, SqliteAdapter adapter) implements Backend {

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
}
