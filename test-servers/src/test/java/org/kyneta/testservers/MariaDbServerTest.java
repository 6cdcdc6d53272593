package org.kyneta.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MariaDbServerTest {

  @Test
  void databaseInTheOrderOfCodePoints() throws SQLException {
    String url = MariaDbServer.shared().createDatabase("by_code_point");
    Sql.execute(url, "CREATE TABLE t (x VARCHAR(9))", "INSERT INTO t VALUES ('a'), ('B'), ('a ')");

    assertThat(Sql.query(url, "SELECT x FROM t ORDER BY x")).containsExactly("B", "a", "a ");
    assertThat(Sql.query(url, "SELECT x FROM t WHERE x = 'a'")).containsExactly("a");
  }

  @Test
  void databaseOfAnotherCollation() throws SQLException {
    String url = MariaDbServer.shared().createDatabase("general", "utf8mb4_general_ci");
    Sql.execute(url, "CREATE TABLE t (x VARCHAR(9))", "INSERT INTO t VALUES ('a'), ('B')");

    assertThat(Sql.query(url, "SELECT x FROM t ORDER BY x")).containsExactly("a", "B");
  }

  @Test
  void committedRowsOutliveKilling() throws SQLException {
    try (MariaDbServer server = MariaDbServer.start()) {
      String url = server.createDatabase("killed");
      Sql.execute(url, "CREATE TABLE t (x INT)", "INSERT INTO t VALUES (1)");

      server.kill9();
      server.restart();

      assertThat(server.logTail()).contains("crash recovery");
      assertThat(Sql.query(url, "SELECT x FROM t")).containsExactly("1");
    }
  }
}
