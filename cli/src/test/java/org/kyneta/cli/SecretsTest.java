package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** A password and a token, which nothing that the tool prints may repeat, and nobody be told. */
@Timeout(180)
class SecretsTest {

  private static final String CANARY = "c4nary-5ong-of-mine";

  /** Resolves to loopback here, and is another machine by its name. */
  private static final String ELSEWHERE = "db.example.test";

  private static PostgresServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start(Settings.DEFAULT);
    server.createRole("app", "another");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Where the tool gets its password from. */
  enum Origin {
    VARIABLE,
    FILE
  }

  private Map<String, String> environment(Origin origin) throws IOException {
    return switch (origin) {
      case VARIABLE -> Map.of("PGPASSWORD", CANARY);
      case FILE -> {
        Path file = folder.resolve("pgpass");
        Files.writeString(file, "*:*:*:*:" + CANARY + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        yield Map.of("PGPASSFILE", file.toString());
      }
    };
  }

  /** What a process has printed, on both ways. */
  private record Printed(int code, String text) {}

  private Printed tool(Map<String, String> environment, Object... words) throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 " + ELSEWHERE + "\n");
    ProcessBuilder builder = ProcessTest.command(List.of("-Djdk.net.hosts.file=" + hosts), words);
    builder.environment().putAll(environment);
    Path output = folder.resolve("output");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Printed(process.exitValue(), Files.readString(output, UTF_8));
  }

  private static String address(String host, int port, String rest) {
    return "postgresql://app@%s:%d/%s".formatted(host, port, rest);
  }

  @ParameterizedTest
  @EnumSource
  void noOutputRepeatsThePassword(Origin origin) throws Exception {
    int port = server.port();
    List<String> addresses =
        List.of(
            address("127.0.0.1", port, "postgres"),
            address("127.0.0.1", port, "none"),
            address("no-such-host.invalid", port, "postgres"),
            address("127.0.0.1", 1, "postgres"),
            address("127.0.0.1", port, "postgres?sslmode=nonsense"),
            address("127.0.0.1", port, "postgres?socketTimeout=x"),
            address("127.0.0.1", port, "postgres?nonsense=1"),
            "postgresql://app@127.0.0.1:x/postgres",
            "postgresql://app:" + CANARY + "@127.0.0.1/postgres",
            "postgresql://127.0.0.1/postgres?password=" + CANARY,
            "jdbc:postgresql://127.0.0.1:x/postgres?user=app&password=" + CANARY);
    List<String> silent = new ArrayList<>();
    for (String address : addresses) {
      List<Object> words =
          silent.size() % 2 == 0
              ? List.of("ls", address, "--json", "--verbose")
              : List.of("serve", "--store", address, "--json", "--port", 0, "--verbose");
      Printed printed = tool(environment(origin), words.toArray());
      assertThat(printed.code()).as(printed.text()).isNotZero();
      assertThat(printed.text()).as(address).isNotBlank().doesNotContain(CANARY);
      silent.add(address);
    }
  }

  @Test
  void noOutputRepeatsTheToken() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), CANARY + "\n");
    Path broken = Files.writeString(folder.resolve("broken.db"), "no database at all");
    for (Object store :
        List.of(broken, folder.resolve("none/none.db"), address("127.0.0.1", 1, "x"))) {
      Printed printed =
          tool(Map.of(), "serve", "--store", store, "--token-file", token, "--json", "--verbose");
      assertThat(printed.code()).as(printed.text()).isNotZero();
      assertThat(printed.text()).isNotBlank().doesNotContain(CANARY);
    }
    Files.writeString(token, CANARY + "\n" + CANARY + " and more\u0000\n");
    Printed printed =
        tool(
            Map.of(),
            "serve",
            "--store",
            folder.resolve("a.db"),
            "--token-file",
            token,
            "--port",
            "x");
    assertThat(printed.code()).as(printed.text()).isNotZero();
    assertThat(printed.text()).isNotBlank().doesNotContain(CANARY);
  }

  @Test
  void nobodyElsewhereIsToldThePasswordInTheClearUnlessTheAddressSaysSo() throws Exception {
    try (PasswordAsker asker = new PasswordAsker()) {
      Map<String, String> environment = environment(Origin.VARIABLE);
      Printed printed = tool(environment, "ls", address(ELSEWHERE, asker.port(), "x"));
      assertThat(printed.text()).contains("SSL", "sslmode");
      assertThat(asker.learnt()).isEmpty();
      tool(environment, "ls", address(ELSEWHERE, asker.port(), "x?sslmode=disable"));
      assertThat(asker.learnt()).containsExactly(CANARY);
      tool(environment, "ls", address("127.0.0.1", asker.port(), "x"));
      assertThat(asker.learnt()).containsExactly(CANARY, CANARY);
    }
  }
}
