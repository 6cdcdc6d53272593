package org.kyneta.jooq;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.MariaDbServer;
import org.kyneta.testservers.PostgresServer;

/** An empty database of one engine's, and a pool of connections to it as applications have one. */
final class Database implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int CONNECTIONS = 90;

  static {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
  }

  private final SQLDialect dialect;
  private final String url;
  private final HikariDataSource pool;

  private Database(SQLDialect dialect, String url) {
    this.dialect = dialect;
    this.url = url;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    this.pool = new HikariDataSource(config);
  }

  private static String newName() {
    return "jooq_" + NUMBER.incrementAndGet();
  }

  static Database sqlite(Path directory) {
    return sqliteFile(directory.resolve("store.db"));
  }

  static Database sqliteFile(Path file) {
    return new Database(
        SQLDialect.SQLITE,
        "jdbc:sqlite:" + file + "?journal_mode=WAL&busy_timeout=30000&synchronous=NORMAL");
  }

  static Database postgres(Collation collation) throws SQLException {
    PostgresServer server = PostgresServer.shared();
    return new Database(SQLDialect.POSTGRES, server.createDatabase(newName(), collation));
  }

  /** With a collation in which many ids are the same. */
  static Database mariaDb() throws SQLException {
    String url = MariaDbServer.shared().createDatabase(newName(), "utf8mb4_general_ci");
    return new Database(SQLDialect.MARIADB, url);
  }

  static Database h2(Path directory) {
    return new Database(
        SQLDialect.H2, "jdbc:h2:" + directory.resolve("store") + ";AUTO_SERVER=TRUE");
  }

  /** Returns a database that another process has made. */
  static Database at(SQLDialect dialect, String url) {
    return new Database(dialect, url);
  }

  String url() {
    return url;
  }

  SQLDialect dialect() {
    return dialect;
  }

  DataSource pool() {
    return pool;
  }

  DSLContext dsl() {
    return over(pool);
  }

  DSLContext over(DataSource dataSource) {
    return DSL.using(dataSource, dialect);
  }

  @Override
  public void close() {
    pool.close();
  }
}
