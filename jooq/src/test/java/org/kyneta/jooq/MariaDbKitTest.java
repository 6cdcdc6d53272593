package org.kyneta.jooq;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.kyneta.sql.Format;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

class MariaDbKitTest extends StoreConformanceTest {

  private static Database database;

  @BeforeAll
  static void openDatabase() throws SQLException {
    database = Database.mariaDb();
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Override
  protected Backend backend(Path directory) {
    return new JooqBackend(database, Format.V1);
  }
}
