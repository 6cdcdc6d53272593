package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.TableNames;
import org.kyneta.store.StorageException;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** A password, which nothing that is thrown or logged may repeat. */
@Timeout(120)
class PasswordsTest {

  private static final String CANARY = "c4nary-5ong";

  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start(Settings.DEFAULT);
    server.createRole("app", "another");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String port() {
    return Integer.toString(server.port());
  }

  /** Everything that a log would show of an exception, and what it has suppressed. */
  private static String whole(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof SQLException e && e.getNextException() != null) {
        text.append(whole(e.getNextException()));
      }
    }
    return text.toString();
  }

  /** Gives connections as simple programs do, from an address with the password in it. */
  private static DataSource source(String url) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.getName());
              }
              return DriverManager.getConnection(url);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:PORT/postgres?user=app&password=CANARY",
        "jdbc:postgresql://127.0.0.1:PORT/none?user=postgres&password=CANARY",
        "jdbc:postgresql://127.0.0.1:PORTx/postgres?user=app&password=CANARY",
        "jdbc:postgresql://127.0.0.1:99999/postgres?user=app&password=CANARY",
        "jdbc:postgresql://no-such-host.invalid/postgres?user=app&password=CANARY",
        "jdbc:postgresql://127.0.0.1:1/postgres?user=app&password=CANARY",
        "jdbc:postgresql://app:CANARY@127.0.0.1:PORT/postgres",
        "jdbc:postgresql://127.0.0.1:PORT/postgres?user=app&password=CANARY&sslmode=nonsense",
        "jdbc:postgresql://127.0.0.1:PORT/postgres?user=app&password=CANARY&socketTimeout=x",
        "jdbc:postgresql://127.0.0.1:PORT/postgres?user=app&password=CANARY&sslmode=require",
        "jdbc:nonsense://127.0.0.1/postgres?user=app&PASSWORD=CANARY",
        "postgresql://app:CANARY@127.0.0.1/postgres",
      })
  void noExceptionRepeatsIt(String address) {
    String url = address.replace("PORT", port()).replace("CANARY", CANARY);
    DataSource source = source(url);
    for (Throwable thrown :
        List.of(
            catchThrowable(() -> PostgresStore.open(source)),
            catchThrowable(() -> PostgresLease.take(source, TableNames.DEFAULT, "x")))) {
      assertThat(thrown)
          .isInstanceOf(StorageException.class)
          .hasCauseInstanceOf(SQLException.class);
      assertThat(whole(thrown)).doesNotContain(CANARY).contains("SQLException");
    }
  }

  @Test
  void noExceptionOfAPoolRepeatsItEither() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url("postgres").replace("user=postgres", "user=app"));
    config.setPassword(CANARY);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      Throwable thrown = catchThrowable(() -> PostgresStore.open(pool));
      assertThat(thrown).isInstanceOf(StorageException.class);
      assertThat(whole(thrown)).doesNotContain(CANARY).contains("\"app\"");
    }
  }

  /** What the tests above rest on: the driver does repeat it. */
  @Test
  void theDriverRepeatsIt() {
    String url = "jdbc:postgresql://127.0.0.1:x/postgres?user=app&password=" + CANARY;
    assertThat(whole(catchThrowable(() -> DriverManager.getConnection(url)))).contains(CANARY);
  }
}
