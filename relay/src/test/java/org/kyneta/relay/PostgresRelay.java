package org.kyneta.relay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.sql.Format;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.postgresql.ds.PGSimpleDataSource;

/** One of several relays over a database. */
final class PostgresRelay implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final HikariDataSource pool;
  private final PostgresStore store;
  private final Relay relay;

  private PostgresRelay(HikariDataSource pool, PostgresStore store, Relay relay) {
    this.pool = pool;
    this.store = store;
    this.relay = relay;
  }

  /** Returns the address of a new database on the server that tests share. */
  static String createDatabase() throws SQLException {
    return PostgresServer.shared()
        .createDatabase(
            "relays_%d_%d".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet()),
            Collation.C);
  }

  static PostgresRelay start(String url) throws IOException {
    return start(url, url, builder -> builder);
  }

  /** Starts a relay that listens to what others write by way of another address. */
  static PostgresRelay start(String url, String direct, UnaryOperator<RelayBuilder> building)
      throws IOException {
    HikariDataSource pool = pool(url);
    PostgresStore store = null;
    boolean started = false;
    try {
      store = PostgresStore.open(pool, source(direct), options());
      PostgresRelay made =
          new PostgresRelay(pool, store, building.apply(Relay.builder().store(store)).start());
      started = true;
      return made;
    } finally {
      if (!started) {
        if (store != null) {
          store.close();
        }
        pool.close();
      }
    }
  }

  static PostgresOptions options() {
    return PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE).withFormat(Format.V2);
  }

  static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(16);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(10_000);
    return new HikariDataSource(config);
  }

  static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  URI uri() {
    return relay.uri();
  }

  Relay relay() {
    return relay;
  }

  PostgresStore store() {
    return store;
  }

  SyncClient join(String peerId) {
    return SyncClient.join(uri(), peerId);
  }

  /** Returns a number among the relay's metrics. */
  double metric(String name) {
    return relay
        .metrics()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    try (pool;
        store) {
      relay.close();
    }
  }
}
