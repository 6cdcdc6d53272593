package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.kyneta.testservers.Collation;

class ExamplesTest {

  @Test
  void theExamplesRun() throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 4)) {
      Examples.recordAndLoad(pool, new byte[] {1, 2, 3});
      try (PostgresStore store = PostgresStore.open(pool)) {
        assertThat(Samples.load(store, "notes/1")).hasSize(2);
      }
      Databases.execute(pool, Examples.migration());
    }
  }
}
