package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

/** The contract, kept over an adapter from scratch, written as the documentation tells to. */
final class PlainAdapterTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Connection connection = Databases.connect("jdbc:sqlite::memory:");
    return new OneAdapterBackend(connection, new PlainAdapter(connection));
  }
}
