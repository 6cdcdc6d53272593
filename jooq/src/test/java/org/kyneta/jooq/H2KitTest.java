package org.kyneta.jooq;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Format;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

class H2KitTest extends StoreConformanceTest {

  private static Database database;

  @BeforeAll
  static void openDatabase(@TempDir Path directory) {
    database = Database.h2(directory);
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Override
  protected Backend backend(Path directory) {
    return new JooqBackend(database, Format.V2);
  }
}
