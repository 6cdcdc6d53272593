package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.sqlite.JDBC;

/** The contract, kept within one long transaction of somebody else's. */
class SqliteHostedTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    Connection connection = new JDBC().connect("jdbc:sqlite::memory:", properties);
    connection.setAutoCommit(false);
    return new OneAdapterBackend(connection, JdbcSqliteAdapter.hosted(connection));
  }
}
