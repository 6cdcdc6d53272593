package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;
import org.postgresql.ds.PGSimpleDataSource;

/** Which servers the tool trusts, and whom it tells a password. */
@Timeout(120)
class PostgresTlsTest {

  private static final String HOST = "localhost";
  private static final String FAR = "20991231000000Z";

  @TempDir private static Path folder;
  private static Certificates certificates;
  private static PostgresServer server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    certificates = Certificates.in(folder);
    certificates.selfSigned("self", HOST);
    certificates.signed("signed", HOST, FAR);
    certificates.signed("other-name", "db.example.org", FAR);
    certificates.signed("expired", HOST, "20200201000000Z");
    server = PostgresServer.start(Settings.DEFAULT);
    for (String name : List.of("self", "signed", "other-name", "expired")) {
      give(certificates.certificate(name));
      give(certificates.key(name));
    }
    url = server.createDatabase("tls", Collation.C);
    byte[] log = {0, 0, 0, 1, 7};
    runWith(log, "record", address(""), "doc", "--updates", "-").done();
  }

  /** The server reads keys only that belong to it. */
  private static void give(Path file) throws Exception {
    Path copy = server.socketFolder().resolve(file.getFileName());
    Files.copy(file, copy);
    Files.setOwner(copy, Files.getOwner(server.socketFolder()));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static String address(String parameters) {
    return "postgresql://postgres@%s:%d/tls%s".formatted(HOST, server.port(), parameters);
  }

  /** Gives the server a certificate, or none. */
  private static void use(String name) throws SQLException {
    boolean isNone = name.equals("none");
    String file = server.socketFolder().resolve(name).toString();
    try (Connection connection = DriverManager.getConnection(url + "&sslmode=disable");
        Statement statement = connection.createStatement()) {
      if (!isNone) {
        statement.execute("ALTER SYSTEM SET ssl_cert_file = '" + file + ".crt'");
        statement.execute("ALTER SYSTEM SET ssl_key_file = '" + file + ".key'");
      }
      statement.execute("ALTER SYSTEM SET ssl = " + (isNone ? "off" : "on"));
      statement.execute("SELECT pg_reload_conf()");
    }
    String condition =
        isNone
            ? "SELECT current_setting('ssl') = 'off'"
            : "SELECT current_setting('ssl') = 'on' AND current_setting('ssl_cert_file') = '"
                + file
                + ".crt'";
    boolean isDone = false;
    while (!isDone) {
      // A new connection is of the process that has read the settings.
      try (Connection connection = DriverManager.getConnection(url + "&sslmode=disable");
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(condition)) {
        rows.next();
        isDone = rows.getBoolean(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // mode, none, self, signed, other-name, expired
    "disable,     yes, yes, yes, yes, yes",
    "prefer,      yes, yes, yes, yes, yes",
    "require,     no,  yes, yes, yes, yes",
    "verify-ca,   no,  no,  yes, yes, no",
    "verify-full, no,  no,  yes, no,  no",
  })
  void eachModeTrustsWhomItIsToTrust(
      String mode, String none, String self, String signed, String otherName, String expired)
      throws SQLException {
    String address = address("?sslmode=" + mode + "&sslrootcert=" + certificates.certificate("ca"));
    check(address, "none", none);
    check(address, "self", self);
    check(address, "signed", signed);
    check(address, "other-name", otherName);
    check(address, "expired", expired);
  }

  private static void check(String address, String certificate, String expected)
      throws SQLException {
    use(certificate);
    Run run = run("ls", address);
    assertThat(run.code())
        .as("%s: %s", certificate, run.err())
        .isEqualTo(expected.equals("yes") ? Kyneta.DONE : Kyneta.FAILED);
    if (!expected.equals("yes")) {
      assertThat(run.failure()).contains("expected a connection");
    }
  }

  @Test
  void withoutCertificatesOfItsOwnToTrustItTrustsWhomJavaTrusts() throws SQLException {
    use("signed");
    assertThat(run("ls", address("?sslmode=verify-full")).failure())
        .contains("expected a connection", "path");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, ",
    "LOCALHOST, ",
    "127.0.0.1, ",
    "127.1.2.3, ",
    "[::1], ",
    "10.0.0.1, verify-full",
    "localhost.example.org, verify-full",
    "127.0.0.1.example.org, verify-full",
    "[::2], verify-full",
    "0.0.0.0, verify-full",
    "db, verify-full",
  })
  void offLoopbackServersAreVerified(String host, String mode) {
    PGSimpleDataSource source = PostgresAddress.parse("postgresql://u@" + host + "/db").source("x");
    assertThat(source.getSslMode()).isEqualTo(mode);
    assertThat(source.getLogServerErrorDetail()).isFalse();
    source = PostgresAddress.parse("postgresql://u@" + host + "/db?sslmode=prefer").source("x");
    assertThat(source.getSslMode()).isEqualTo("prefer");
  }
}
