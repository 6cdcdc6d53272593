package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

/** Tables that the JavaScript original has made, which have no place for checksums. */
final class SqliteOriginalTablesTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Path path = directory.resolve("store.db");
    Databases.run(path, Databases.FORMAT_1_DDL);
    return new FileBackend(path, SqliteOptions.DEFAULT.withDurability(Durability.NORMAL));
  }
}
