package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;
import org.kyneta.testservers.Proxy;

/** A relay over a database as a process of its own, and what it never says. */
@Timeout(180)
class PostgresServeTest {

  private static final String LINEAGE = "0123456789abcdef";
  private static final String NOTHING = "kyneta.genesis:0";
  private static final String CANARY = "c4nary%/:@ü";
  private static final StoreMeta PLAIN =
      StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "02aa");

  @TempDir private Path folder;
  private final List<Process> running = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : running) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A relay that runs, and where. */
  private record Served(Process process, URI uri) {}

  private Served serve(String store) throws IOException {
    ProcessBuilder builder =
        ProcessTest.command(List.of(), "serve", "--port", "0", "--json", "--store", store);
    builder.redirectError(folder.resolve("err").toFile());
    Process process = builder.start();
    running.add(process);
    BufferedReader out = process.inputReader(UTF_8);
    String line = out.readLine();
    assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
    assertThat(line).contains("\"store\":\"" + store + "\",\"format\":2").doesNotContain("durab");
    return new Served(
        process,
        URI.create(
            Json.parseObject(line).members().get("uri") instanceof JsonString(String uri)
                ? uri
                : ""));
  }

  private static String address(String jdbc, String user) {
    return address(jdbc, user, PostgresServer.shared().port());
  }

  private static String address(String jdbc, String user, int port) {
    String name = jdbc.substring(jdbc.lastIndexOf('/') + 1, jdbc.indexOf('?'));
    return "postgresql://%s@127.0.0.1:%d/%s".formatted(user, port, name);
  }

  private static Payload batch(String value) {
    String batch =
        "[[{\"path\":[{\"type\":\"field\",\"field\":\"title\"}],"
            + "\"change\":{\"type\":\"replace\",\"value\":\"%s\"}}]]".formatted(value);
    return Payload.json(Kind.SINCE, batch).withLineage(LINEAGE);
  }

  @Test
  void relaysJoinEachOtherAndKeepOthersOut() throws Exception {
    String jdbc = PostgresServer.shared().createDatabase("serve_join", Collation.C);
    String store = address(jdbc, "postgres");
    Served first = serve(store);
    Served second = serve(store);
    try (RelayClient alice = new RelayClient(first.uri(), "alice");
        RelayClient bob = new RelayClient(second.uri(), "bob")) {
      alice.open("doc", PLAIN, NOTHING);
      alice.awaitInterest();
      bob.open("doc", PLAIN, NOTHING);
      bob.awaitInterest();
      alice.send(new Offer("doc", batch("kept"), LINEAGE + ":1", /* reciprocate= */ false));
      assertThat(bob.awaitOffer().version()).isEqualTo(LINEAGE + ":1");
      bob.send(new Offer("doc", batch("too"), LINEAGE + ":2", /* reciprocate= */ false));
      assertThat(alice.awaitOffer().version()).isEqualTo(LINEAGE + ":2");
    }
    for (String command : List.of("compact", "load")) {
      assertThat(Tool.run(command, store).failure()).contains("kyneta serve, process ");
    }
    first.process().destroyForcibly().waitFor();
    assertThat(Tool.run("compact", store).failure())
        .contains("kyneta serve, process " + second.process().pid());
    second.process().destroyForcibly().waitFor();
    assertThat(Tool.run("verify", store).done().out()).startsWith("sound");
  }

  @Test
  void aDocumentSurvivesARestart() throws Exception {
    String jdbc = PostgresServer.shared().createDatabase("serve_restart", Collation.C);
    String store = address(jdbc, "postgres");
    Served first = serve(store);
    try (RelayClient alice = new RelayClient(first.uri(), "alice");
        RelayClient bob = new RelayClient(first.uri(), "bob")) {
      alice.open("doc", PLAIN, NOTHING);
      alice.awaitInterest();
      bob.open("doc", PLAIN, NOTHING);
      bob.awaitInterest();
      alice.send(new Offer("doc", batch("kept"), LINEAGE + ":1", /* reciprocate= */ false));
      assertThat(bob.awaitOffer().version()).isEqualTo(LINEAGE + ":1");
    }
    assertThat(Tool.run("load", store).failure())
        .contains("kyneta serve, process " + first.process().pid());
    first.process().destroyForcibly().waitFor();
    Served second = serve(store);
    try (RelayClient carol = new RelayClient(second.uri(), "carol")) {
      carol.open("doc", PLAIN, null);
      assertThat(carol.awaitOffer().payload().data())
          .isInstanceOfSatisfying(Text.class, text -> assertThat(text.text()).contains("kept"));
    }
    second.process().destroy();
    assertThat(second.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("err")).lines())
        .hasSize(1)
        .allMatch(line -> line.endsWith(" INFO Relay - stopped"));
    assertThat(Tool.run("verify", store).done().out()).startsWith("sound: 1 document");
  }

  @Test
  void aRelayStopsWhenItsLeaseIsLost() throws Exception {
    String jdbc = PostgresServer.shared().createDatabase("serve_lost", Collation.C);
    String store = address(jdbc, "postgres");
    Served served = serve(store);
    execute(
        jdbc,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            + " (SELECT oid FROM pg_database WHERE datname = current_database())");
    assertThat(served.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(served.process().exitValue()).isEqualTo(Kyneta.FAILED);
    assertThat(Files.readString(folder.resolve("err")))
        .contains("kyneta: " + store + ": the lease on public.kyneta_records is lost");
  }

  @Test
  void aRelayStopsWhenItsServerFallsSilentInTheMiddleOfAWrite() throws Exception {
    String jdbc = PostgresServer.shared().createDatabase("serve_silent", Collation.C);
    try (Proxy proxy = Proxy.to(PostgresServer.shared().port())) {
      String store = address(jdbc, "postgres", proxy.port());
      Served served = serve(store);
      try (RelayClient alice = new RelayClient(served.uri(), "alice");
          RelayClient bob = new RelayClient(served.uri(), "bob")) {
        alice.open("doc", PLAIN, NOTHING);
        alice.awaitInterest();
        bob.open("doc", PLAIN, NOTHING);
        bob.awaitInterest();
        alice.send(new Offer("doc", batch("kept"), LINEAGE + ":1", /* reciprocate= */ false));
        assertThat(bob.awaitOffer().version()).isEqualTo(LINEAGE + ":1");
        proxy.fallSilent();
        alice.send(new Offer("doc", batch("lost"), LINEAGE + ":2", /* reciprocate= */ false));
        assertThat(served.process().waitFor(90, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(served.process().exitValue()).isEqualTo(Kyneta.FAILED);
      assertThat(Files.readString(folder.resolve("err")))
          .contains("kyneta: " + store + ": the lease on public.kyneta_records is lost");
    }
  }

  private static void execute(String jdbc, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbc);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** What a run printed, all of it. */
  private String printed(ProcessBuilder builder, int expected) throws Exception {
    Path log = folder.resolve("log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    running.add(process);
    process.getOutputStream().close();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(log);
    assertThat(process.exitValue()).as(text).isEqualTo(expected);
    assertThat(text).doesNotContain("c4nary");
    return text;
  }

  @Test
  void thePasswordComesFromTheEnvironmentOrAFileAndIsNeverShown() throws Exception {
    Path access = Files.createTempFile("kyneta-hba", ".conf");
    Files.writeString(
        access, "host all postgres 127.0.0.1/32 trust\nhost all app 127.0.0.1/32 scram-sha-256\n");
    Files.setPosixFilePermissions(access, PosixFilePermissions.fromString("rw-r--r--"));
    try (PostgresServer server =
        PostgresServer.start(Settings.DEFAULT.with("hba_file", access.toString()))) {
      String jdbc = server.createDatabase("secret", Collation.C);
      execute(
          jdbc,
          "CREATE ROLE app LOGIN PASSWORD '" + CANARY + "'",
          "GRANT ALL ON SCHEMA public TO app");
      String store = "postgresql://app@127.0.0.1:%d/secret".formatted(server.port());
      ProcessBuilder load = command("load", store, "--verbose");
      load.environment().put("PGPASSWORD", CANARY);
      assertThat(printed(load, Kyneta.DONE)).contains("0 documents");

      Path file = folder.resolve("pgpass");
      String escaped = CANARY.replace(":", "\\:");
      Files.writeString(file, "127.0.0.1:%d:*:app:%s%n".formatted(server.port(), escaped));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      for (String words : List.of("stat STORE --json", "verify STORE", "ls STORE --verbose")) {
        ProcessBuilder look = command(words.replace("STORE", store).split(" ", -1));
        look.environment().put("PGPASSFILE", file.toString());
        printed(look, Kyneta.DONE);
      }

      ProcessBuilder wrong = command("stat", store, "--verbose");
      wrong.environment().put("PGPASSWORD", CANARY + "x");
      assertThat(printed(wrong, Kyneta.FAILED)).contains("password authentication failed");
      assertThat(printed(command("stat", store, "--verbose"), Kyneta.FAILED)).contains(store);

      execute(jdbc, "DROP TABLE kyneta_records");
      ProcessBuilder damaged = command("stat", store, "--verbose");
      damaged.environment().put("PGPASSWORD", CANARY);
      assertThat(printed(damaged, Kyneta.FAILED)).contains("not-a-store");
    } finally {
      Files.delete(access);
    }
  }

  private static ProcessBuilder command(String... words) {
    ProcessBuilder builder = ProcessTest.command(List.of(), (Object[]) words);
    builder.environment().remove("PGPASSWORD");
    builder.environment().put("PGPASSFILE", "/nonexistent");
    return builder;
  }
}
