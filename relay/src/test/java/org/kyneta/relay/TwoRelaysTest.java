package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kyneta.relay.SyncClient.eventually;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.relay.document.CompactionPolicy;
import org.kyneta.relay.replica.LoroBlobs;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.sql.Progress;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.PgBouncer;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;

/** Two relays over one database: what is written through one is seen through the other. */
@Timeout(120)
class TwoRelaysTest {

  /** A second is what is promised, on a machine that does nothing else. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private String url;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void createDatabase() throws SQLException {
    url = PostgresRelay.createDatabase();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private PostgresRelay relay() throws IOException {
    return opened(PostgresRelay.start(url));
  }

  private SyncClient client(PostgresRelay relay, String name, StoreMeta meta) {
    SyncClient client = opened(relay.join(name));
    client.open("doc", meta);
    return client;
  }

  /** Waits until something is so, and says how long that took. */
  private static void soon(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    eventually(what, condition);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s: %d ms%n", what, took.toMillis());
    assertThat(took).as(what).isLessThan(SOON);
  }

  private static Payload image(String json) {
    return Payload.json(Kind.ENTIRETY, json);
  }

  private static String text(SyncClient client) {
    return text(client, "doc");
  }

  private static String text(SyncClient client, String docId) {
    return client.content(docId).isEmpty()
        ? ""
        : ((Text) client.content(docId).getFirst().payload().data()).text();
  }

  private void isSound() {
    try (HikariDataSource pool = PostgresRelay.pool(url);
        PostgresStore store = PostgresStore.open(pool)) {
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  @Test
  void writersOfAYjsDocumentConvergeThroughBoth() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    SyncClient alice = client(one, "alice", Samples.YJS);
    SyncClient bob = client(two, "bob", Samples.YJS);
    YjsTyping left = new YjsTyping(1);
    YjsTyping right = new YjsTyping(2);
    alice.change("doc", Samples.update(left, "first"), "");
    soon("bob to have what alice has typed", () -> clock(bob, 1) == left.clock());
    for (int i = 0; i < 200; i++) {
      alice.change("doc", Samples.update(left, "a" + i), "");
      bob.change("doc", Samples.update(right, "b" + i), "");
    }
    soon(
        "both to have the same",
        () ->
            alice.version("doc").equals(bob.version("doc"))
                && clock(alice, 2) == right.clock()
                && clock(bob, 1) == left.clock());
    SyncClient carol = client(relay(), "carol", Samples.YJS);
    eventually("a third to have it", () -> carol.version("doc").equals(bob.version("doc")));
    assertThat(carol.content("doc")).isEqualTo(alice.content("doc"));
    isSound();
  }

  private static int clock(SyncClient client, int typist) {
    return YjsTyping.clockOf(client.version("doc"), typist);
  }

  @Test
  void writersOfALoroDocumentConvergeThroughBoth() throws IOException {
    SyncClient alice = client(relay(), "alice", Samples.LORO);
    SyncClient bob = client(relay(), "bob", Samples.LORO);
    for (int i = 0; i < 100; i++) {
      alice.change("doc", Payload.binary(Kind.SINCE, LoroBlobs.blob(1, i, i + 1)), "");
      bob.change("doc", Payload.binary(Kind.SINCE, LoroBlobs.blob(2, 2 * i, 2 * i + 2)), "");
    }
    soon("alice to have both", () -> hasBoth(alice));
    soon("bob to have both", () -> hasBoth(bob));
    isSound();
  }

  private static boolean hasBoth(SyncClient client) {
    return client.version("doc").equals(LoroBlobs.version(1, 100, 2, 200))
        || client.version("doc").equals(LoroBlobs.version(2, 200, 1, 100));
  }

  @Test
  void writersOfAPlainDocumentTakeTurnsThroughBoth() throws IOException {
    SyncClient alice = client(relay(), "alice", Samples.PLAIN);
    SyncClient bob = client(relay(), "bob", Samples.PLAIN);
    for (int i = 1; i <= 10; i++) {
      SyncClient writer = i % 2 == 0 ? alice : bob;
      String version = Samples.LINEAGE + ":" + i;
      writer.change("doc", Samples.plainBatch("by " + i), version);
      soon(
          "both to be at " + version,
          () -> alice.version("doc").equals(version) && bob.version("doc").equals(version));
    }
    assertThat(bob.content("doc")).isEqualTo(alice.content("doc"));
    isSound();
  }

  @Test
  void ofTwoWhoWriteToAPlainDocumentAtOnceOneHistoryStays() throws Exception {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    SyncClient alice = client(one, "alice", Samples.PLAIN);
    SyncClient bob = client(two, "bob", Samples.PLAIN);
    for (int i = 1; i <= 100; i++) {
      alice.change("doc", Samples.plainBatch("alice " + i), Samples.LINEAGE + ":" + i);
      bob.change("doc", Samples.plainBatch("bob " + i), Samples.LINEAGE + ":" + i);
    }
    SyncClient carol = client(one, "carol", Samples.PLAIN);
    SyncClient dave = client(two, "dave", Samples.PLAIN);
    String last = Samples.LINEAGE + ":100";
    soon(
        "newcomers to have the whole history",
        () -> carol.version("doc").equals(last) && dave.version("doc").equals(last));
    assertThat(carol.content("doc")).isEqualTo(dave.content("doc"));
    isSound();
    SyncClient erin = client(relay(), "erin", Samples.PLAIN);
    eventually("who reads it anew to have it", () -> erin.version("doc").equals(last));
    assertThat(erin.content("doc")).as("as it is stored").isEqualTo(dave.content("doc"));
  }

  @Test
  void theLatestImageOfAnEphemeralDocumentWinsOnBoth() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    SyncClient alice = client(one, "alice", Samples.EPHEMERAL);
    SyncClient bob = client(two, "bob", Samples.EPHEMERAL);
    long now = System.currentTimeMillis();
    for (int i = 1; i <= 50; i++) {
      alice.change("doc", image("{\"x\":%d}".formatted(i)), "" + (now + 2L * i));
      bob.change("doc", image("{\"x\":%d}".formatted(-i)), "" + (now + 2L * i + 1));
    }
    soon(
        "all to have the last",
        () -> text(alice).equals("{\"x\":-50}") && text(bob).equals("{\"x\":-50}"));
    SyncClient carol = client(relay(), "carol", Samples.EPHEMERAL);
    eventually("it to be stored", () -> text(carol).equals("{\"x\":-50}"));
  }

  @Test
  void theLatestValuesOfAStateDocumentAreJoinedOnBothUnderOneVersion() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    SyncClient alice = client(one, "alice", Samples.STATE);
    SyncClient bob = client(two, "bob", Samples.STATE);
    for (int i = 1; i <= 30; i++) {
      alice.change("doc", state("{\"a%d\":[1,%d]}".formatted(i, i)), "" + i);
      bob.change("doc", state("{\"b%d\":[2,%d]}".formatted(i, i)), "" + (100 + i));
    }
    soon("alice to have all", () -> members(alice) == 60);
    soon("bob to have all", () -> members(bob) == 60);
    SyncClient carol = client(one, "carol", Samples.STATE);
    SyncClient dave = client(two, "dave", Samples.STATE);
    eventually("newcomers to have all", () -> members(carol) == 60 && members(dave) == 60);
    String version = one.store().currentMeta("doc").isEmpty() ? "" : versionAt(one);
    assertThat(versionAt(two)).as("who moves from one relay to the other").isEqualTo(version);
  }

  /** Returns the version that a relay tells whoever asks. */
  private String versionAt(PostgresRelay relay) {
    TestClient asking = opened(TestClient.join(relay.uri(), "asking" + relay.uri().getPort()));
    asking.send(Samples.present("doc", Samples.STATE));
    return String.valueOf(asking.await(org.kyneta.relay.wire.Message.Interest.class).version());
  }

  private static Payload state(String json) {
    return image(json).withLineage("kyneta.genesis");
  }

  private static long members(SyncClient client) {
    return text(client).chars().filter(c -> c == '[').count();
  }

  @Test
  void aDocumentThatIsBornAtOneIsAnnouncedAtTheOther() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    TestClient bob = opened(TestClient.join(two.uri(), "bob"));
    bob.ping();
    SyncClient alice = client(one, "alice", Samples.YJS);
    alice.change("doc", Samples.update(new YjsTyping(1), "born"), "");
    Present present = bob.await(Present.class);
    assertThat(present.documents().getFirst().docId()).isEqualTo("doc");
    assertThat(two.metric("kyneta_documents_loaded")).as("nobody has asked for it").isZero();
    SyncClient carol = client(two, "carol", Samples.YJS);
    soon("carol to have it", () -> clock(carol, 1) == 4);
  }

  @Test
  void twoWhoMakeOneDocumentAtOnceMeet() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two = relay();
    SyncClient alice = opened(one.join("alice"));
    SyncClient bob = opened(two.join("bob"));
    for (int i = 0; i < 20; i++) {
      String docId = "doc" + i;
      alice.open(docId, Samples.YJS);
      bob.open(docId, Samples.YJS);
      alice.change(docId, Samples.update(new YjsTyping(1), "alice"), "");
      bob.change(docId, Samples.update(new YjsTyping(2), "bob"), "");
    }
    for (int i = 0; i < 20; i++) {
      String docId = "doc" + i;
      soon(
          docId + " to be the same for both",
          () ->
              YjsTyping.clockOf(alice.version(docId), 2) == 3
                  && YjsTyping.clockOf(bob.version(docId), 1) == 5);
    }
    isSound();
  }

  @Test
  void whatIsWrittenWhileTheFeedIsCutIsFoundAndHeardAgainAfterwards() throws IOException {
    try (Proxy proxy = Proxy.to(PostgresServer.shared().port())) {
      PostgresRelay one = relay();
      String name = url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
      PostgresRelay two =
          opened(
              PostgresRelay.start(url, PostgresServer.url(name, proxy.port()), builder -> builder));
      SyncClient alice = client(one, "alice", Samples.YJS);
      SyncClient bob = client(two, "bob", Samples.YJS);
      YjsTyping typing = new YjsTyping(1);
      alice.change("doc", Samples.update(typing, "heard"), "");
      soon("it to be heard", () -> clock(bob, 1) == typing.clock());
      proxy.cut();
      alice.change("doc", Samples.update(typing, " not heard"), "");
      soon("it to be found", () -> clock(bob, 1) == typing.clock());
      proxy.pass();
      TestClient carol = opened(TestClient.join(two.uri(), "carol"));
      for (int i = 0; carol.messages().stream().noneMatch(Present.class::isInstance); i++) {
        // What is born is announced only where it is heard of.
        String docId = "born" + i;
        alice.open(docId, Samples.YJS);
        alice.change(docId, Samples.update(new YjsTyping(1), "x"), "");
        eventually("it to be stored", () -> one.store().currentMeta(docId).isPresent());
        carol.ping();
      }
    }
  }

  @Test
  void whatSomebodyWritesWhoTellsNobodyIsFound() throws IOException {
    PostgresRelay one = relay();
    SyncClient alice = client(one, "alice", Samples.YJS);
    YjsTyping typing = new YjsTyping(1);
    alice.change("doc", Samples.update(typing, "told"), "");
    eventually("it to be stored", () -> one.store().currentMeta("doc").isPresent());
    YjsTyping other = new YjsTyping(2);
    one.store().append("doc", StoreRecord.entry(Samples.update(other, "untold"), ""));
    soon("alice to have it", () -> clock(alice, 2) == other.clock());
    alice.change("doc", Samples.update(typing, "more"), "");
    eventually("all to be stored", () -> records(one) == 4);
    isSound();
  }

  private static long records(PostgresRelay relay) {
    try (var records = relay.store().loadAll("doc")) {
      return records.stream().count();
    }
  }

  @Test
  void theOtherRelayMayCompactAStream() throws IOException {
    CompactionPolicy often = new CompactionPolicy(5, 1 << 20, 5, CompactionPolicy.Plain.COMPACTED);
    PostgresRelay one = opened(PostgresRelay.start(url, url, builder -> builder.compaction(often)));
    PostgresRelay two = relay();
    for (StoreMeta meta : List.of(Samples.YJS, Samples.PLAIN, Samples.STATE)) {
      String docId = meta.replicaType().name();
      SyncClient alice = opened(one.join("alice " + docId));
      SyncClient bob = opened(two.join("bob " + docId));
      alice.open(docId, meta);
      bob.open(docId, meta);
      YjsTyping left = new YjsTyping(1);
      YjsTyping right = new YjsTyping(2);
      for (int i = 1; i <= 40; i++) {
        SyncClient writer = i % 4 == 0 ? bob : alice;
        switch (docId) {
          case "yjs" ->
              writer.change(docId, Samples.update(i % 4 == 0 ? right : left, "x" + i), "");
          case "plain" ->
              writer.change(docId, Samples.plainBatch("by " + i), Samples.LINEAGE + ":" + i);
          default -> writer.change(docId, state("{\"x%d\":[1,%d]}".formatted(i, i)), "" + i);
        }
        int member = i;
        eventually(
            "both to have change %d of %s".formatted(i, docId),
            () ->
                docId.equals("state")
                    ? hasMember(alice, member) && hasMember(bob, member)
                    : alice.version(docId).equals(bob.version(docId)));
      }
      assertThat(bob.content(docId).getFirst().payload())
          .isEqualTo(alice.content(docId).getFirst().payload());
    }
    assertThat(one.metric("kyneta_compactions_total")).isGreaterThan(3);
    isSound();
  }

  private static boolean hasMember(SyncClient client, int member) {
    return text(client, "state").contains("x" + member + "\"");
  }

  @Test
  void aDocumentThatHasLeftMemoryIsReadAgainForThoseWhoFollowIt() throws IOException {
    PostgresRelay one = relay();
    PostgresRelay two =
        opened(
            PostgresRelay.start(
                url,
                url,
                builder ->
                    builder.limits(RelayLimits.DEFAULT.withDocumentIdle(Duration.ofMillis(200)))));
    SyncClient alice = client(one, "alice", Samples.YJS);
    SyncClient bob = client(two, "bob", Samples.YJS);
    YjsTyping typing = new YjsTyping(1);
    alice.change("doc", Samples.update(typing, "first"), "");
    eventually("bob to have it", () -> clock(bob, 1) == typing.clock());
    eventually("it to leave memory", () -> two.metric("kyneta_documents_loaded") == 0);
    alice.change("doc", Samples.update(typing, "second"), "");
    soon("bob to have the rest", () -> clock(bob, 1) == typing.clock());
  }

  @Test
  void aPoolerThatKeepsNoSessionsIsRefusedForTheFeed() throws IOException {
    String name = url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
    try (PgBouncer bouncer = PgBouncer.inFrontOf(PostgresServer.shared(), 4)) {
      String pooled = bouncer.url(name) + "&prepareThreshold=0";
      assertThatThrownBy(() -> PostgresRelay.start(pooled, pooled, builder -> builder))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("pool_mode = transaction");
      PostgresRelay one = opened(PostgresRelay.start(pooled, url, builder -> builder));
      SyncClient alice = client(one, "alice", Samples.YJS);
      SyncClient bob = client(relay(), "bob", Samples.YJS);
      alice.change("doc", Samples.update(new YjsTyping(1), "pooled"), "");
      soon("bob to have it", () -> clock(bob, 1) == 6);
    }
  }
}
