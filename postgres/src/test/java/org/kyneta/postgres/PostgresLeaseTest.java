package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresLease.HeldException;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.TableNames;
import org.kyneta.store.StorageException;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PgBouncer;
import org.kyneta.testservers.PostgresServer;

/** Who holds a lease keeps others out and is told to them, and learns of its end. */
@Timeout(60)
class PostgresLeaseTest {

  private static final TableNames OTHERS = new TableNames("m", "r", "s");

  private final List<HikariDataSource> pools = new ArrayList<>();

  @AfterEach
  void closePools() {
    pools.forEach(HikariDataSource::close);
  }

  private HikariDataSource source(String url) {
    HikariDataSource pool = Databases.pool(url, 3);
    pools.add(pool);
    return pool;
  }

  private HikariDataSource newDatabase() throws SQLException {
    return source(Databases.create(Collation.C));
  }

  @Test
  void oneHasItAtATimeAndIsNamedToTheOthers() throws SQLException {
    HikariDataSource source = newDatabase();
    try (PostgresLease lease = PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve")) {
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> PostgresLease.take(source, TableNames.DEFAULT, "kyneta load"))
          .withMessageStartingWith("public.kyneta_records: expected to be its only user, found")
          .withMessageContaining(
              "kyneta serve, process %d (server process".formatted(ProcessHandle.current().pid()));
      PostgresStore.open(source, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE)).close();
      assertThatExceptionOfType(HeldException.class)
          .as("the tables that have come are those that the lease is on")
          .isThrownBy(() -> PostgresLease.take(source, TableNames.DEFAULT, "kyneta load"));
      PostgresLease.take(source, OTHERS, "kyneta load").close();
      PostgresLease.take(newDatabase(), TableNames.DEFAULT, "kyneta load").close();
      lease.requireHeld();
    }
    PostgresLease again = PostgresLease.take(source, TableNames.DEFAULT, "p".repeat(100));
    again.close();
    again.close();
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(again::requireHeld)
        .withMessageContaining("given up");
  }

  @Test
  void sharesAreBesideEachOtherAndNotBesideTheWhole() throws SQLException {
    HikariDataSource source = newDatabase();
    PostgresLease first = PostgresLease.share(source, TableNames.DEFAULT, "kyneta record");
    try (PostgresLease second = PostgresLease.share(source, TableNames.DEFAULT, "kyneta load")) {
      first.requireHeld();
      second.requireHeld();
      first.close();
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve"))
          .withMessageContaining("kyneta load, process");
    }
    try (PostgresLease whole = PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve")) {
      whole.requireHeld();
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> PostgresLease.share(source, TableNames.DEFAULT, "kyneta record"));
    }
  }

  @Test
  void relaysAreBesideEachOtherAndNotBesideAnybodyElse() throws SQLException {
    HikariDataSource source = newDatabase();
    try (PostgresLease first = PostgresLease.join(source, TableNames.DEFAULT, "kyneta serve")) {
      PostgresLease second = PostgresLease.join(source, TableNames.DEFAULT, "kyneta serve");
      first.requireHeld();
      second.requireHeld();
      second.close();
      for (int attempt = 1; attempt <= 2; attempt++) {
        assertThatExceptionOfType(HeldException.class)
            .isThrownBy(() -> PostgresLease.share(source, TableNames.DEFAULT, "kyneta load"))
            .withMessageContaining("kyneta serve, process");
        assertThatExceptionOfType(HeldException.class)
            .isThrownBy(() -> PostgresLease.take(source, TableNames.DEFAULT, "kyneta compact"))
            .withMessageContaining("kyneta serve, process");
      }
      first.requireHeld();
    }
    try (PostgresLease writing = PostgresLease.share(source, TableNames.DEFAULT, "kyneta load")) {
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> PostgresLease.join(source, TableNames.DEFAULT, "kyneta serve"))
          .withMessageContaining("kyneta load, process");
      writing.requireHeld();
    }
    PostgresLease.take(source, TableNames.DEFAULT, "kyneta compact").close();
  }

  @Test
  void tablesOfAnotherSchemaHaveAnotherLease() throws SQLException {
    HikariDataSource source = newDatabase();
    Databases.execute(source, "CREATE SCHEMA other");
    HikariDataSource other = source(source.getJdbcUrl() + "&currentSchema=other");
    try (PostgresLease first = PostgresLease.take(source, TableNames.DEFAULT, "a");
        PostgresLease second = PostgresLease.take(other, TableNames.DEFAULT, "b")) {
      assertThat(first).hasToString("lease on public.kyneta_records");
      assertThat(second).hasToString("lease on other.kyneta_records");
    }
  }

  @Test
  void itsHolderIsToldWhenItsConnectionEnds() throws Exception {
    HikariDataSource source = newDatabase();
    BlockingQueue<StorageException> told = new LinkedBlockingQueue<>();
    try (PostgresLease lease = PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve")) {
      lease.onLoss(told::add);
      Databases.execute(
          source,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
              + " current_database() AND application_name LIKE 'kyneta serve%'");
      assertThat(told.poll(30, TimeUnit.SECONDS))
          .hasMessageStartingWith("the lease on public.kyneta_records is lost: ");
      PostgresLease.take(source, TableNames.DEFAULT, "another").close();
      assertThatCode(lease::close).doesNotThrowAnyException();
    }
  }

  /** Returns a source that gives one connection, whoever asks. */
  private static DataSource only(Connection connection) {
    return (DataSource)
        Proxy.newProxyInstance(
            PostgresLeaseTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> connection);
  }

  @Test
  void itsHolderIsToldWhenTheLockIsTakenAway() throws Exception {
    HikariDataSource source = newDatabase();
    BlockingQueue<StorageException> told = new LinkedBlockingQueue<>();
    try (Connection connection = source.getConnection();
        PostgresLease lease = PostgresLease.take(only(connection), TableNames.DEFAULT, "a");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_unlock_all()");
      lease.onLoss(told::add);
      assertThat(told.poll(30, TimeUnit.SECONDS)).hasMessageContaining("knows nothing of it");
    }
  }

  @Test
  void itIsRefusedBehindAPoolerThatKeepsNoSession() throws SQLException {
    String direct = Databases.create(Collation.C);
    String name = direct.substring(direct.lastIndexOf('/') + 1, direct.indexOf('?'));
    for (int connections = 1; connections <= 3; connections += 2) {
      try (PgBouncer bouncer = PgBouncer.inFrontOf(PostgresServer.shared(), connections)) {
        HikariDataSource source = source(bouncer.url(name) + "&prepareThreshold=0");
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> PostgresLease.take(source, TableNames.DEFAULT, "kyneta serve"))
            .withMessageContaining("PgBouncer with pool_mode = transaction");
        PostgresLease.take(source(direct), TableNames.DEFAULT, "a").close();
      }
    }
  }
}
