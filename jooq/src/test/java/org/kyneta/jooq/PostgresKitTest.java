package org.kyneta.jooq;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.kyneta.sql.Format;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;
import org.kyneta.testkit.Trait;
import org.kyneta.testservers.Collation;

class PostgresKitTest extends StoreConformanceTest {

  private static Database database;

  @BeforeAll
  static void openDatabase() throws SQLException {
    database = Database.postgres(Collation.EN_US);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Override
  protected Backend backend(Path directory) {
    return new JooqBackend(
        database,
        Format.V2,
        Trait.NUL_IN_IDS,
        Trait.NUL_IN_METADATA,
        Trait.SURROGATES_IN_METADATA,
        Trait.METADATA_AS_WRITTEN);
  }
}
