package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

final class SqliteAdapterFileTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    return new AdapterBackend("jdbc:sqlite:" + directory.resolve("store.db"));
  }
}
