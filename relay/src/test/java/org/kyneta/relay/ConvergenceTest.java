package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;

/** Clients that write at the same time, leave and come back end up with the same content. */
@Timeout(120)
class ConvergenceTest {

  @TempDir private Path folder;
  private SqliteStore store;
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    store =
        SqliteStore.open(folder.resolve("store.db"), SqliteOptions.DEFAULT.withFormat(Format.V2));
    relay = Relay.builder().store(store).start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  private void restart() throws IOException {
    stop();
    start();
  }

  private SyncClient join(String peerId) {
    return SyncClient.join(relay.uri(), peerId);
  }

  @Test
  void writersOfAYjsDocumentConvergeAndANewcomerFindsTheSameAfterARestart() throws IOException {
    String version;
    List<?> content;
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      alice.open("doc", Samples.YJS);
      bob.open("doc", Samples.YJS);
      YjsTyping one = new YjsTyping(1);
      YjsTyping two = new YjsTyping(2);
      for (int i = 0; i < 200; i++) {
        alice.change("doc", Samples.update(one, "a" + i), "");
        bob.change("doc", Samples.update(two, "b" + i), "");
      }
      eventually(
          "both to have the same",
          () ->
              alice.version("doc").equals(bob.version("doc"))
                  && YjsTyping.clockOf(bob.version("doc"), 1) == one.clock()
                  && YjsTyping.clockOf(bob.version("doc"), 2) == two.clock());
      version = alice.version("doc");
      content = alice.content("doc");
    }
    restart();
    try (SyncClient carol = join("carol")) {
      carol.open("doc", Samples.YJS);
      eventually("the newcomer to have it", () -> carol.version("doc").equals(version));
      assertThat(carol.content("doc")).isEqualTo(content);
    }
    assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
  }

  @Test
  void whatWasWrittenOfflineIsFetchedWhenItsWriterComesBack() throws IOException {
    YjsTyping one = new YjsTyping(1);
    try (SyncClient alice = join("alice")) {
      alice.open("doc", Samples.YJS);
      alice.change("doc", Samples.update(one, "online"), "");
      eventually("it to be stored", () -> records("doc") == 2);
    }
    restart();
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      bob.open("doc", Samples.YJS);
      alice.open("doc", Samples.YJS);
      YjsTyping again = new YjsTyping(1);
      alice.change("doc", Samples.update(again, "online"), "");
      alice.change("doc", Samples.update(again, "offline"), "");
      eventually(
          "bob to have both",
          () -> YjsTyping.clockOf(bob.version("doc"), 1) == "onlineoffline".length());
    }
  }

  private long records(String docId) {
    long count = 0;
    try (var cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        cursor.next();
        count++;
      }
    }
    return count;
  }

  @Test
  void writersOfAPlainDocumentTakeTurnsAndANewcomerIsGivenTheHistory() throws IOException {
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      alice.open("doc", Samples.PLAIN);
      alice.change("doc", Samples.plainBatch("by alice"), Samples.LINEAGE + ":1");
      bob.open("doc", Samples.PLAIN);
      eventually("bob to have it", () -> bob.version("doc").equals(Samples.LINEAGE + ":1"));
      bob.change("doc", Samples.plainBatch("by bob"), Samples.LINEAGE + ":2");
      eventually("alice to have it", () -> alice.version("doc").equals(Samples.LINEAGE + ":2"));
    }
    restart();
    try (SyncClient carol = join("carol")) {
      carol.open("doc", Samples.PLAIN);
      eventually("carol to have it", () -> carol.version("doc").equals(Samples.LINEAGE + ":2"));
      assertThat(carol.content("doc").toString()).isNotEmpty();
    }
  }

  @Test
  void theLatestImageOfAnEphemeralDocumentWinsAndOutlivesARestart() throws IOException {
    long now = System.currentTimeMillis();
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      alice.open("doc", Samples.EPHEMERAL);
      bob.open("doc", Samples.EPHEMERAL);
      alice.change("doc", Samples.image("{\"x\":1}"), "" + now);
      eventually("bob to have it", () -> !bob.content("doc").isEmpty());
      bob.change("doc", Samples.image("{\"x\":2}"), "" + (now + 60_000));
      eventually("alice to have it", () -> alice.text("doc").equals("{\"x\":2}"));
    }
    restart();
    try (SyncClient carol = join("carol")) {
      carol.open("doc", Samples.EPHEMERAL);
      eventually("carol to have it", () -> carol.text("doc").equals("{\"x\":2}"));
      assertThat(carol.version("doc")).as("its writer's stamp").isEqualTo("" + (now + 60_000));
    }
  }

  @Test
  void theLatestValuesOfAStateDocumentAreJoinedAndOutliveARestart() throws IOException {
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      alice.open("doc", Samples.STATE);
      bob.open("doc", Samples.STATE);
      alice.change("doc", Samples.state("{\"x\":[1,100],\"y\":[1,100]}"), "100");
      bob.change("doc", Samples.state("{\"x\":[2,200],\"z\":[2,50]}"), "200");
      String joined = "{\"x\":[2,200],\"y\":[1,100],\"z\":[2,50]}";
      eventually("both to have all", () -> hasAll(alice, joined) && hasAll(bob, joined));
    }
    restart();
    try (SyncClient carol = join("carol")) {
      carol.open("doc", Samples.STATE);
      eventually("carol to have it", () -> carol.text("doc").contains("\"z\":[2,50]"));
    }
  }

  private static boolean hasAll(SyncClient client, String json) {
    List<String> parts = new ArrayList<>(List.of(json.replaceAll("[{}]", "").split("(?<=]),", -1)));
    String image = client.text("doc");
    return parts.stream().allMatch(image::contains);
  }

  @Test
  void clientsOfTheOldWireConvergeAndFindTheSameAfterARestart() throws IOException {
    String batch =
        "[[{\"path\":[{\"type\":\"key\",\"key\":\"title\"}],"
            + "\"change\":{\"type\":\"replace\",\"value\":\"old\"}}]]";
    YjsTyping typing = new YjsTyping(1);
    try (SyncClient alice = SyncClient.join(relay.uri(), "alice", WireVersion.V1);
        SyncClient bob = SyncClient.join(relay.uri(), "bob", WireVersion.V1);
        SyncClient newer = join("newer")) {
      for (SyncClient client : List.of(alice, bob)) {
        client.open("text", Samples.OLD_YJS);
        client.open("plain", Samples.OLD_PLAIN);
      }
      alice.change("text", Samples.update(typing, "x".repeat(300_000)), "");
      alice.change("plain", Payload.json(Kind.SINCE, batch), "1");
      eventually(
          "bob to have both",
          () ->
              YjsTyping.clockOf(bob.version("text"), 1) == typing.clock()
                  && bob.version("plain").equals("1"));
      newer.open("text", Samples.OLD_YJS);
      eventually("it to be vacant for others", () -> newer.isVacant("text"));
    }
    restart();
    try (SyncClient carol = SyncClient.join(relay.uri(), "carol", WireVersion.V1)) {
      carol.open("text", Samples.OLD_YJS);
      carol.open("plain", Samples.OLD_PLAIN);
      eventually(
          "carol to have both",
          () ->
              YjsTyping.clockOf(carol.version("text"), 1) == typing.clock()
                  && carol.version("plain").equals("1"));
    }
  }

  @Test
  void anUpdateInFragmentsArrivesWhole() {
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      alice.open("doc", Samples.YJS);
      bob.open("doc", Samples.YJS);
      YjsTyping typing = new YjsTyping(1);
      alice.change("doc", Samples.update(typing, "x".repeat(3_500_000)), "");
      eventually(
          "bob to have it", () -> YjsTyping.clockOf(bob.version("doc"), 1) == typing.clock());
    }
  }

  @Test
  void manyDocumentsAreServedAtOnce() {
    try (SyncClient alice = join("alice");
        SyncClient bob = join("bob")) {
      List<YjsTyping> typists = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        alice.open("doc" + i, Samples.YJS);
        bob.open("doc" + i, Samples.YJS);
        typists.add(new YjsTyping(1));
      }
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++) {
          alice.change("doc" + i, Samples.update(typists.get(i), "round " + round), "");
        }
      }
      for (int i = 0; i < 100; i++) {
        String docId = "doc" + i;
        int clock = typists.get(i).clock();
        eventually("bob to have " + docId, () -> YjsTyping.clockOf(bob.version(docId), 1) == clock);
      }
    }
  }
}
