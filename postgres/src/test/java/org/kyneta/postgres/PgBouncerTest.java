package org.kyneta.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PgBouncer;
import org.kyneta.testservers.PostgresServer;

/** The contract, kept through a pooler that gives each transaction another connection. */
class PgBouncerTest extends StoreConformanceTest {

  private static PgBouncer bouncer;
  private static HikariDataSource pool;

  @BeforeAll
  static void start() throws SQLException {
    bouncer = PgBouncer.inFrontOf(PostgresServer.shared(), 20);
    String direct = Databases.create(Collation.C);
    String name = direct.substring(direct.lastIndexOf('/') + 1, direct.indexOf('?'));
    // Statements that the server keeps belong to a connection, and this has another each time.
    pool = Databases.pool(bouncer.url(name) + "&prepareThreshold=0", 40);
  }

  @AfterAll
  static void stop() {
    if (pool != null) {
      pool.close();
      bouncer.close();
    }
  }

  @Override
  protected Backend backend(Path directory) throws SQLException {
    return new PostgresBackend(pool, PostgresOptions.DEFAULT);
  }
}
