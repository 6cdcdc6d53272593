package org.kyneta.faults.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.kyneta.faults.SkippedException;
import org.kyneta.jooq.JooqOptions;
import org.kyneta.jooq.JooqStore;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.store.Store;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;
import org.opentest4j.TestAbortedException;

/** Servers, databases and pools for faults. */
final class Databases {

  static final String NAME = "torture";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  static {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    System.setProperty("org.slf4j.simpleLogger.log.org.jooq", "error"); // Of Debian's old servers.
  }

  private Databases() {}

  /** How a store is opened over connections. */
  enum Kind {
    POSTGRES {
      @Override
      Store open(DataSource source) {
        return PostgresStore.open(source);
      }
    },
    JOOQ {
      @Override
      Store open(DataSource source) {
        return JooqStore.open(DSL.using(source, SQLDialect.POSTGRES), JooqOptions.DEFAULT);
      }
    };

    abstract Store open(DataSource source);
  }

  /** Does something that needs to be installed. */
  @FunctionalInterface
  interface Start<T> {
    T start() throws IOException;
  }

  /**
   * Starts a server of some kind.
   *
   * @throws SkippedException if its programs are not there
   */
  static <T> T installed(Start<T> start) throws IOException {
    try {
      return start.start();
    } catch (TestAbortedException e) {
      throw new SkippedException(String.valueOf(e.getMessage()));
    }
  }

  /** Starts a server with an empty store in the database {@link #NAME}. */
  static PostgresServer start(Settings settings) throws IOException {
    PostgresServer server = installed(() -> PostgresServer.start(settings));
    try (HikariDataSource pool = pool(create(server), 1);
        PostgresStore _ =
            PostgresStore.open(pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE))) {
      return server;
    }
  }

  private static String create(PostgresServer server) throws IOException {
    try {
      return server.createDatabase(NAME, Collation.C);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** Returns a pool that fails within a second where there is no connection. */
  static HikariDataSource pool(String url, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(1_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  static void execute(DataSource source, String... statements) throws IOException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** Returns the number that is the answer. */
  static long number(DataSource source, String question) throws IOException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      if (!rows.next()) {
        throw new IOException("expected an answer, found none: " + question);
      }
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** Asks until the answer is true. */
  static void await(DataSource source, String condition) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      while (!isTrue(statement, condition)) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("still not so after " + PATIENCE + ": " + condition);
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static boolean isTrue(Statement statement, String condition) throws SQLException {
    try (ResultSet rows = statement.executeQuery(condition)) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
