package org.kyneta.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.testservers.PostgresServer.Settings;

class PostgresServerTest {

  private static final String ORDERED = "SELECT x FROM (VALUES ('B'), ('a')) v(x) ORDER BY x";

  @Test
  void databaseInTheOrderOfCodePoints() throws SQLException {
    String url = PostgresServer.shared().createDatabase("by_code_point", Collation.C);

    assertThat(Sql.query(url, ORDERED)).containsExactly("B", "a");
    assertThat(Sql.query(url, "SHOW server_encoding")).containsExactly("UTF8");
  }

  @Test
  void databaseInTheOrderOfDictionaries() throws SQLException {
    String url = PostgresServer.shared().createDatabase("by_dictionary", Collation.EN_US);

    assertThat(Sql.query(url, ORDERED)).containsExactly("a", "B");
  }

  @Test
  void settingsAreDurable() throws SQLException {
    String url = PostgresServer.shared().url("postgres");

    for (String name : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      assertThat(Sql.query(url, "SHOW " + name)).as(name).containsExactly("on");
    }
  }

  @Test
  void serverOfItsOwnIsKilledStoppedAndRestarted() throws Exception {
    Settings settings = Settings.DEFAULT.with("max_prepared_transactions", "7");
    Path folder;
    try (PostgresServer server = PostgresServer.start(settings)) {
      folder = server.socketFolder();
      String url = server.url("postgres");
      assertThat(Sql.query(url, "SHOW max_prepared_transactions")).containsExactly("7");
      Sql.execute(url, "CREATE TABLE t (x TEXT)", "INSERT INTO t VALUES ('killed')");

      try (Connection open = openTransaction(url)) {
        server.kill9();
        assertThat(open.isValid(1)).isFalse();
      }
      server.restart();
      assertThat(server.logTail()).contains("was not properly shut down");
      assertThat(Sql.query(url, "SELECT x FROM t")).containsExactly("killed");

      Sql.execute(url, "INSERT INTO t VALUES ('stopped')");
      try (Connection open = openTransaction(url)) {
        server.stopFast();
        assertThat(open.isValid(1)).isFalse();
      }
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Sql.query(url, "SELECT 1"));
      server.restart();
      assertThat(server.logTail()).doesNotContain("was not properly shut down");
      assertThat(Sql.query(url, "SELECT x FROM t")).containsExactly("killed", "stopped");
    }
    assertThat(folder).doesNotExist();
  }

  private static Connection openTransaction(String url) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES ('never committed')");
    }
    return connection;
  }

  @Test
  void programsFromMavenCentralAreUnpacked() throws IOException {
    Path folder = Programs.createFolder("kyneta-programs");
    try {
      Path programs = PostgresPrograms.unpack(folder.resolve("programs"));

      assertThat(Programs.run(List.of(programs.resolve("postgres").toString(), "--version")))
          .startsWith("postgres (PostgreSQL) 1");
    } finally {
      Programs.run(List.of("rm", "-rf", folder.toString()));
    }
  }

  @Test
  void bouncerHandsOutConnectionsByTransaction() throws SQLException {
    PostgresServer server = PostgresServer.shared();
    try (PgBouncer bouncer = PgBouncer.inFrontOf(server, 1);
        Connection first = DriverManager.getConnection(bouncer.url("postgres"));
        Connection second = DriverManager.getConnection(bouncer.url("postgres"))) {
      assertThat(backend(first)).isEqualTo(backend(second));
    }
  }

  private static String backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void standbyFollowsUntilItIsPromoted() throws SQLException {
    try (PostgresServer primary = PostgresServer.start(Settings.DEFAULT);
        PostgresServer standby = primary.startStandby("second")) {
      Sql.execute(
          primary.url("postgres"),
          "ALTER SYSTEM SET synchronous_standby_names = 'second'",
          "SELECT pg_reload_conf()",
          "SET synchronous_commit = remote_apply",
          "CREATE TABLE t AS SELECT 1 AS x");
      assertThat(Sql.query(standby.url("postgres"), "SELECT pg_is_in_recovery()"))
          .containsExactly("t");
      primary.kill9();
      standby.promote();
      Sql.execute(standby.url("postgres"), "INSERT INTO t VALUES (2)");
      assertThat(Sql.query(standby.url("postgres"), "SELECT x FROM t")).containsExactly("1", "2");
      assertThatExceptionOfType(SQLException.class).isThrownBy(standby::promote);
    }
  }
}
