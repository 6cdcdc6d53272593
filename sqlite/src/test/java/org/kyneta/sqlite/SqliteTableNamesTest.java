package org.kyneta.sqlite;

import java.nio.file.Path;
import org.kyneta.sql.TableNames;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

final class SqliteTableNamesTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) {
    // Names that only hold if statements quote them.
    TableNames tables = new TableNames("select", "Order", "_index");
    return new FileBackend(
        directory.resolve("odd name?#%20 é.db"),
        SqliteOptions.DEFAULT.withDurability(Durability.NORMAL).withTables(tables));
  }
}
