package org.kyneta.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.kyneta.sql.Format;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testservers.Collation;

/** The contract, kept in a database in en_US, format 2. */
class PostgresEnglishTest extends StoreConformanceTest {

  private static HikariDataSource pool;

  @BeforeAll
  static void openPool() throws SQLException {
    pool = Databases.pool(Databases.create(Collation.EN_US), 40);
  }

  @AfterAll
  static void closePool() {
    pool.close();
  }

  @Override
  protected Backend backend(Path directory) throws SQLException {
    return new PostgresBackend(pool, PostgresOptions.DEFAULT.withFormat(Format.V2));
  }
}
