package org.kyneta.faults.relay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import org.kyneta.faults.relay.SureStore.Certainty;
import org.kyneta.postgres.PostgresOptions;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.relay.Relay;
import org.postgresql.ds.PGSimpleDataSource;

/** A relay over a database that it may lose, and that nobody else writes to. */
final class CutRelay {

  static final PostgresOptions OPTIONS = PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE);

  private static final int MOST_CONNECTIONS = 8;
  private static final int CONNECTION_TIMEOUT_MILLIS = 10_000;

  private CutRelay() {}

  /**
   * Serves the database at the address that comes second, over a store that is as certain as the
   * first says, on the port that comes third, until it is killed.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String url = arguments[1];
    Certainty certainty = Certainty.valueOf(arguments[0]);
    try (HikariDataSource pool = pool(url);
        PostgresStore store = PostgresStore.open(pool, source(url), OPTIONS);
        Relay relay =
            Relay.builder()
                .store(SureStore.over(store, certainty))
                .port(Integer.parseInt(arguments[2]))
                .start()) {
      System.out.printf("{\"uri\":\"%s\"}%n", relay.uri());
      System.out.flush();
      Thread.currentThread().join();
    }
  }

  private static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(MOST_CONNECTIONS);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    return new HikariDataSource(config);
  }

  static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }
}
