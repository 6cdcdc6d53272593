package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

/** Tables that the JavaScript original has made, which have no place for checksums. */
final class SqliteOriginalTablesTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Path path = directory.resolve("store.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE IF NOT EXISTS kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT NOT NULL)"
              + " WITHOUT ROWID");
      statement.executeUpdate(
          "CREATE TABLE IF NOT EXISTS kyneta_records (doc_id TEXT NOT NULL, seq INTEGER NOT NULL,"
              + " kind TEXT NOT NULL, payload TEXT, blob BLOB, PRIMARY KEY (doc_id, seq))"
              + " WITHOUT ROWID");
    }
    return new FileBackend(path, SqliteOptions.DEFAULT.withDurability(Durability.NORMAL));
  }
}
