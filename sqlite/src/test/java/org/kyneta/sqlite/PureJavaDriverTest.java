package org.kyneta.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.testkit.Backend;
import org.kyneta.testkit.StoreConformanceTest;

/**
 * The contract, kept through another driver: SQLite as Java bytecode, in memory. Its engine stops
 * in the middle of a statement when the thread is interrupted, so it is kept from seeing that.
 */
class PureJavaDriverTest extends StoreConformanceTest {

  @Override
  protected Backend backend(Path directory) throws SQLException {
    Connection connection =
        new io.roastedroot.sqlite4j.JDBC().connect("jdbc:sqlite::memory:", new Properties());
    return new OneAdapterBackend(connection, new Uninterrupted(JdbcSqliteAdapter.over(connection)));
  }

  /** An adapter from scratch, as an outsider would write one around a driver with a quirk. */
  private static final class Uninterrupted extends SqliteAdapter {

    private final SqliteAdapter driver;

    Uninterrupted(SqliteAdapter driver) {
      this.driver = driver;
    }

    private static <T extends @Nullable Object> T uninterrupted(Supplier<T> call) {
      boolean interrupted = Thread.interrupted();
      try {
        return call.get();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public String library() {
      return driver.library();
    }

    @Override
    public long exec(String sql, Binding binding) {
      return uninterrupted(() -> driver.exec(sql, binding));
    }

    @Override
    public Rows iterate(String sql, Binding binding) {
      Rows rows = uninterrupted(() -> driver.iterate(sql, binding));
      return new Rows() {
        @Override
        public boolean next() {
          return uninterrupted(rows::next);
        }

        @Override
        public boolean isNull(int column) {
          return uninterrupted(() -> rows.isNull(column));
        }

        @Override
        public long integer(int column) {
          return uninterrupted(() -> rows.integer(column));
        }

        @Override
        public @Nullable String text(int column) {
          return uninterrupted(() -> rows.text(column));
        }

        @Override
        public byte @Nullable [] bytes(int column) {
          return uninterrupted(() -> rows.bytes(column));
        }

        @Override
        public void close() {
          uninterrupted(() -> {
            rows.close();
            return true;
          });
        }
      };
    }

    @Override
    public void close() {
      driver.close();
    }
  }
}
