package org.kyneta.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyTest {

  private final PostgresServer server = PostgresServer.shared();
  private final String direct = server.url("postgres");
  private final Proxy proxy = Proxy.to(server.port());
  private final String url = PostgresServer.url("postgres", proxy.port());

  @AfterEach
  void close() throws SQLException {
    proxy.close();
    Sql.execute(direct, "DROP TABLE IF EXISTS cut");
  }

  @Test
  void cutLineRefusesUntilItPasses() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      proxy.cut();
      assertThat(connection.isValid(1)).isFalse();
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Sql.query(url, "SELECT 1"));
    }
    proxy.pass();
    assertThat(Sql.query(url, "SELECT 1")).containsExactly("1");
  }

  @Test
  void lineCutBeforeCommit() throws SQLException {
    insertUntilCut(proxy::cutBefore);
    assertThat(Sql.query(direct, "SELECT x FROM cut")).isEmpty();
  }

  @Test
  void lineCutAfterCommit() throws SQLException {
    insertUntilCut(proxy::cutAfter);
    assertThat(Sql.query(direct, "SELECT x FROM cut")).containsExactly("1");
  }

  private void insertUntilCut(Consumer<String> cut) throws SQLException {
    Sql.execute(direct, "CREATE TABLE cut (x INT)");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO cut VALUES (1)");
      cut.accept("COMMIT");
      assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
    }
  }

  @Test
  void lineCutAmidAnAnswer() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      proxy.cutAfterBytes(Proxy.Direction.TO_CLIENT, 100_000);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() ->
              statement.executeQuery("SELECT repeat('x', 1000) FROM generate_series(1, 999)"));
    }
  }
}
