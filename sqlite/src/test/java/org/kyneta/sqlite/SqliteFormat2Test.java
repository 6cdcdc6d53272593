package org.kyneta.sqlite;

import java.nio.file.Path;
import org.kyneta.sql.Format;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

final class SqliteFormat2Test extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) {
    return new FileBackend(
        directory.resolve("store.db"),
        SqliteOptions.DEFAULT.withDurability(Durability.NORMAL).withFormat(Format.V2));
  }
}
