package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sql.Format;
import org.kyneta.sql.Json;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** A relay as a process of its own, and the compaction of what one has left. */
@Timeout(120)
class ServeTest {

  private static final String CANARY = "c4nary-5ong-of-mine";
  private static final String LINEAGE = "0123456789abcdef";

  @TempDir private Path folder;
  private final List<Process> running = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : running) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A relay that runs, and what it said first. */
  private record Served(Process process, JsonObject line) {

    URI uri() {
      return URI.create(line.members().get("uri") instanceof JsonString(String uri) ? uri : "");
    }
  }

  private Served serve(Object... options) throws IOException {
    List<Object> words = new ArrayList<>(List.of("serve", "--port", "0", "--json"));
    words.addAll(Arrays.asList(options));
    Process process =
        ProcessTest.command(List.of(), words.toArray())
            .redirectError(folder.resolve("err").toFile())
            .start();
    running.add(process);
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = out.readLine();
    assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
    return new Served(process, Json.parseObject(line));
  }

  private static int status(URI relay, String path) throws IOException {
    URI page = URI.create("http://" + relay.getAuthority() + path);
    HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  @Test
  void aRelayServesAStoreOfItsOwnUntilItIsTerminated() throws Exception {
    Path file = folder.resolve("störe.db");
    Served served = serve("--store", file, "--durability", "normal");
    assertThat(served.line().toString()).contains("\"format\":2").contains("\"normal\"");
    assertThat(status(served.uri(), "/healthz")).isEqualTo(200);
    assertThat(status(served.uri(), "/metrics")).isEqualTo(200);
    String held = Tool.run("serve", "--port", "0", "--store", file).failure();
    assertThat(held).contains("kyneta serve, process " + served.process().pid());
    Path other = folder.resolve("other.db");
    SqliteStore.open(other).close();
    for (Run run :
        List.of(
            Tool.run("compact", file),
            Tool.run("load", file),
            Tool.runWith(new byte[] {0, 0, 0, 1, 7}, "record", file, "d", "--updates", "-"),
            Tool.run("convert", file, "--format", 1),
            Tool.run("copy", other, file))) {
      assertThat(run.failure()).contains("kyneta serve, process " + served.process().pid());
    }
    long started = System.nanoTime();
    served.process().destroy();
    assertThat(served.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - started).isLessThan(5_000_000_000L);
    assertThat(Files.readString(folder.resolve("err")).lines())
        .as("where it listens was said on standard output already")
        .hasSize(1)
        .allMatch(line -> line.endsWith(" INFO Relay - stopped"));
    assertThat(Tool.run("verify", file).done().out()).startsWith("sound");
  }

  @Test
  void aStoreThatIsThereKeepsItsFormatUnlessAnotherIsAskedFor() throws Exception {
    Path file = folder.resolve("old.db");
    SqliteStore.open(file).close();
    Served served = serve("--store", file);
    assertThat(served.line().toString()).contains("\"format\":1");
    served.process().destroyForcibly().waitFor();
    assertThat(Tool.run("serve", "--port", "0", "--store", file, "--format", "2").failure())
        .contains("format 1");
  }

  @Test
  void aTokenIsAskedFor() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "abc\n");
    Served served = serve("--store", folder.resolve("a.db"), "--token-file", token);
    assertThat(status(served.uri(), "/metrics")).isEqualTo(401);
    assertThat(status(served.uri(), "/metrics?token=abc")).isEqualTo(200);
    assertThat(Files.readString(folder.resolve("err"))).doesNotContain("abc");
  }

  @Test
  void aTokenIsRepeatedToNobody() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), CANARY + "\n");
    Served served = serve("--store", folder.resolve("a.db"), "--token-file", token, "--verbose");
    String relay = served.uri().getAuthority();
    int connected = 0;
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String query : List.of(CANARY, CANARY + "%20more", "wrong&token=" + CANARY, "wrong")) {
        connected += connects(http, URI.create("ws://" + relay + "/?token=" + query)) ? 1 : 0;
        for (String path : List.of("/", "/healthz", "/metrics", "/none")) {
          for (String header : List.of("Bearer " + CANARY, "Bearer wrong", CANARY)) {
            URI page = URI.create("http://" + relay + path + "?token=" + query);
            HttpRequest request =
                HttpRequest.newBuilder(page).header("Authorization", header).build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.body() + answer.headers().map()).doesNotContain(CANARY);
          }
        }
      }
    }
    assertThat(connected).isPositive();
    served.process().destroy();
    assertThat(served.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(served.line().toString()).doesNotContain(CANARY);
    assertThat(Files.readString(folder.resolve("err"))).contains("Relay").doesNotContain(CANARY);
  }

  private static boolean connects(HttpClient http, URI address) {
    try {
      http.newWebSocketBuilder().buildAsync(address, new WebSocket.Listener() {}).join().abort();
      return true;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(WebSocketHandshakeException.class);
      return false;
    }
  }

  @Test
  void wrongUsageIsReported() throws Exception {
    Path file = folder.resolve("a.db");
    assertThat(Tool.run("serve", "--store", file, "--port", "65536").misuse()).contains("65535");
    assertThat(Tool.run("serve", "--store", file, "--tls-cert", file).misuse())
        .contains("--tls-key");
    assertThat(Tool.run("serve", "--store", file, "--durability", "some").misuse())
        .contains("--durability");
    assertThat(Tool.run("serve", "--store", file, "--host", "0.0.0.0", "--port", "0").failure())
        .contains("--token-file")
        .contains("--open");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(Tool.run("serve", "--store", file, "--token-file", empty).failure())
        .contains("empty file");
    assertThat(Tool.run("serve", "--store", folder.resolve("none/a.db"), "--port", "0").failure())
        .contains("none");
  }

  private static StoreRecord batch(int number) {
    String text =
        "[[{\"path\":[{\"type\":\"field\",\"field\":\"n\"}],"
            + "\"change\":{\"type\":\"replace\",\"value\":"
            + number
            + "}}]]";
    return StoreRecord.entry(
        Payload.json(Kind.SINCE, text).withLineage(LINEAGE), LINEAGE + ":" + number);
  }

  private Path grown() {
    Path file = folder.resolve("grown.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "02aa");
    try (SqliteStore store =
        SqliteStore.open(file, org.kyneta.sqlite.SqliteOptions.DEFAULT.withFormat(Format.V2))) {
      for (String docId : List.of("a", "b")) {
        store.append(docId, StoreRecord.meta(meta));
        for (int i = 1; i <= 100; i++) {
          store.append(docId, batch(i));
        }
      }
    }
    return file;
  }

  @Test
  void streamsAreCompacted() {
    Path file = grown();
    Run one = Tool.run("compact", file, "b").done();
    assertThat(one.out()).contains("\"b\": 100 entries became").doesNotContain("\"a\"");
    Run all = Tool.run("compact", file, "--json").done();
    assertThat(all.lines()).hasSize(2);
    assertThat(all.lines().getFirst()).contains("\"docId\":\"a\",\"entriesBefore\":100");
    assertThat(Tool.run("compact", file).done().out()).startsWith("2 documents: ");
    assertThat(Tool.run("verify", file).done().out()).startsWith("sound");
    assertThat(Tool.run("cat", file, "a").done().out()).contains(LINEAGE + ":100");
  }

  @Test
  void whatCannotBeReadIsNamedAndLeftAsItIs() {
    Path file = grown();
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append(
          "broken",
          StoreRecord.meta(
              StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "02aa")));
      store.append("broken", StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[] {1}), "v"));
    }
    Run run = Tool.run("compact", file);
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.out()).contains("left as it is: document \"broken\"").contains("\"a\": 100");
    assertThat(Tool.run("compact", file, "none").out()).contains("no such document");
    assertThat(Tool.run("compact", folder.resolve("absent.db")).failure()).contains("absent.db");
    assertThat(folder.resolve("absent.db.kyneta-lock")).doesNotExist();
  }
}
