package org.kyneta.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.sql.Format;
import org.kyneta.store.Store;

/**
 * PostgreSQL, at addresses such as {@code postgres://user@127.0.0.1:5432/name}.
 *
 * @param layer what is measured
 */
record PostgresAccess(Layer layer) implements Access {

  /** The store needs few, however many threads there are. */
  private static final int CONNECTIONS = 8;

  private static final PostgresOptions OPTIONS =
      PostgresOptions.DEFAULT.withFormat(Format.V2).withSchema(SchemaMode.CREATE);

  static boolean isAddress(String place) {
    return place.startsWith("postgres://");
  }

  /** Returns an address as the driver wants it, with commits that wait for the disk or do not. */
  static String url(String place, Command command) {
    URI uri = URI.create(place);
    String wait = command.text("sync", "normal").equals("full") ? "on" : "off";
    return "jdbc:postgresql://%s:%d%s?user=%s&options=-c%%20synchronous_commit=%s"
        .formatted(uri.getHost(), uri.getPort(), uri.getPath(), uri.getUserInfo(), wait);
  }

  static Connection connect(String place, Command command) throws SQLException {
    return DriverManager.getConnection(url(place, command));
  }

  @Override
  public String version() {
    return "PostgreSQL";
  }

  @Override
  public Subject open(String place, Command command) {
    return layer == Layer.STORE
        ? new StoreSubject(openStore(place, command))
        : RawPostgres.open(place, command);
  }

  @Override
  public Store openStore(String place, Command command) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(place, command));
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1); // Filling the pool would take the processors from what is measured.
    HikariDataSource pool = new HikariDataSource(config);
    return new PooledStore(PostgresStore.open(pool, OPTIONS), pool);
  }

  @Override
  public Store openNewStore(String place, Command command) {
    remove(place, command);
    return openStore(place, command);
  }

  @Override
  public String warmUpPlace(String place) {
    return place;
  }

  @Override
  public void require(String place) {
    Objects.requireNonNull(place, "place");
  }

  @Override
  public void remove(String place) {
    // What is done next in this place begins with that.
  }

  private static void remove(String place, Command command) {
    try (Connection connection = connect(place, command);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SET client_min_messages = warning;"
              + " DROP TABLE IF EXISTS kyneta_doc_meta, kyneta_records, kyneta_store_meta");
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
