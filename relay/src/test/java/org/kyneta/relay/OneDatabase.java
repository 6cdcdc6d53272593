package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.sql.Progress;
import org.kyneta.store.StoreMeta;

/** A new database, with all relays over it and all that is connected to them, which end with it. */
final class OneDatabase {

  /** A second is what is promised, on a machine that does nothing else. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private final String url;
  private final List<AutoCloseable> open = new ArrayList<>();

  private OneDatabase(String url) {
    this.url = url;
  }

  static OneDatabase create() throws SQLException {
    return new OneDatabase(PostgresRelay.createDatabase());
  }

  String url() {
    return url;
  }

  /** Returns what the server calls it. */
  String name() {
    return url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
  }

  /** Has something closed when the database is given up, and returns it. */
  <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  PostgresRelay relay() throws IOException {
    return relay(builder -> builder);
  }

  PostgresRelay relay(UnaryOperator<RelayBuilder> building) throws IOException {
    return opened(PostgresRelay.start(url, url, building));
  }

  /** Starts a relay that has its connections from one address, and listens at another. */
  PostgresRelay relay(String pooled, String direct) throws IOException {
    return opened(PostgresRelay.start(pooled, direct, builder -> builder));
  }

  /** Returns a client of a relay, without a document. */
  SyncClient client(PostgresRelay relay, String name) {
    return opened(relay.join(name));
  }

  /** Returns a client of a relay, which has the document {@code doc}. */
  SyncClient client(PostgresRelay relay, String name, StoreMeta meta) {
    SyncClient client = client(relay, name);
    client.open("doc", meta);
    return client;
  }

  /** Waits until something is so, and says how long that took. */
  static void soon(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    eventually(what, condition);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s: %d ms%n", what, took.toMillis());
    assertThat(took).as(what).isLessThan(SOON);
  }

  /** Returns up to where a typist's clock goes in a client's Yjs document {@code doc}. */
  static int clock(SyncClient client, int typist) {
    return YjsTyping.clockOf(client.version("doc"), typist);
  }

  void requireSound() {
    try (HikariDataSource pool = PostgresRelay.pool(url);
        PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  /** Closes what was opened, the last first. */
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }
}
