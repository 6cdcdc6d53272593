package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.OneDatabase.clock;
import static org.kyneta.relay.OneDatabase.soon;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.replica.LoroBlobs;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;

/** Who write to one document through two relays over one database have the same in the end. */
@Timeout(120)
class TwoRelaysTest {

  private OneDatabase database;

  @BeforeEach
  void create() throws SQLException {
    database = OneDatabase.create();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void writersOfAYjsDocumentConvergeThroughBoth() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    SyncClient alice = database.client(one, "alice", Samples.YJS);
    SyncClient bob = database.client(two, "bob", Samples.YJS);
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
    SyncClient carol = database.client(database.relay(), "carol", Samples.YJS);
    eventually("a third to have it", () -> carol.version("doc").equals(bob.version("doc")));
    assertThat(carol.content("doc")).isEqualTo(alice.content("doc"));
    database.requireSound();
  }

  @Test
  void writersOfALoroDocumentConvergeThroughBoth() throws IOException {
    SyncClient alice = database.client(database.relay(), "alice", Samples.LORO);
    SyncClient bob = database.client(database.relay(), "bob", Samples.LORO);
    for (int i = 0; i < 100; i++) {
      alice.change("doc", Payload.binary(Kind.SINCE, LoroBlobs.blob(1, i, i + 1)), "");
      bob.change("doc", Payload.binary(Kind.SINCE, LoroBlobs.blob(2, 2 * i, 2 * i + 2)), "");
    }
    soon("alice to have both", () -> hasBoth(alice));
    soon("bob to have both", () -> hasBoth(bob));
    database.requireSound();
  }

  private static boolean hasBoth(SyncClient client) {
    return client.version("doc").equals(LoroBlobs.version(1, 100, 2, 200))
        || client.version("doc").equals(LoroBlobs.version(2, 200, 1, 100));
  }

  @Test
  void writersOfAPlainDocumentTakeTurnsThroughBoth() throws IOException {
    SyncClient alice = database.client(database.relay(), "alice", Samples.PLAIN);
    SyncClient bob = database.client(database.relay(), "bob", Samples.PLAIN);
    for (int i = 1; i <= 10; i++) {
      SyncClient writer = i % 2 == 0 ? alice : bob;
      String version = Samples.LINEAGE + ":" + i;
      writer.change("doc", Samples.plainBatch("by " + i), version);
      soon(
          "both to be at " + version,
          () -> alice.version("doc").equals(version) && bob.version("doc").equals(version));
    }
    assertThat(bob.content("doc")).isEqualTo(alice.content("doc"));
    database.requireSound();
  }

  @Test
  void ofTwoWhoWriteToAPlainDocumentAtOnceOneHistoryStays() throws Exception {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    SyncClient alice = database.client(one, "alice", Samples.PLAIN);
    SyncClient bob = database.client(two, "bob", Samples.PLAIN);
    for (int i = 1; i <= 100; i++) {
      alice.change("doc", Samples.plainBatch("alice " + i), Samples.LINEAGE + ":" + i);
      bob.change("doc", Samples.plainBatch("bob " + i), Samples.LINEAGE + ":" + i);
    }
    SyncClient carol = database.client(one, "carol", Samples.PLAIN);
    SyncClient dave = database.client(two, "dave", Samples.PLAIN);
    String last = Samples.LINEAGE + ":100";
    soon(
        "newcomers to have the whole history",
        () -> carol.version("doc").equals(last) && dave.version("doc").equals(last));
    assertThat(carol.content("doc")).isEqualTo(dave.content("doc"));
    database.requireSound();
    SyncClient erin = database.client(database.relay(), "erin", Samples.PLAIN);
    eventually("who reads it anew to have it", () -> erin.version("doc").equals(last));
    assertThat(erin.content("doc")).as("as it is stored").isEqualTo(dave.content("doc"));
  }

  @Test
  void theLatestImageOfAnEphemeralDocumentWinsOnBoth() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    SyncClient alice = database.client(one, "alice", Samples.EPHEMERAL);
    SyncClient bob = database.client(two, "bob", Samples.EPHEMERAL);
    long now = System.currentTimeMillis();
    for (int i = 1; i <= 50; i++) {
      alice.change("doc", Samples.image("{\"x\":%d}".formatted(i)), "" + (now + 2L * i));
      bob.change("doc", Samples.image("{\"x\":%d}".formatted(-i)), "" + (now + 2L * i + 1));
    }
    soon(
        "all to have the last",
        () -> alice.text("doc").equals("{\"x\":-50}") && bob.text("doc").equals("{\"x\":-50}"));
    SyncClient carol = database.client(database.relay(), "carol", Samples.EPHEMERAL);
    eventually("it to be stored", () -> carol.text("doc").equals("{\"x\":-50}"));
  }

  @Test
  void theLatestValuesOfAStateDocumentAreJoinedOnBothUnderOneVersion() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    SyncClient alice = database.client(one, "alice", Samples.STATE);
    SyncClient bob = database.client(two, "bob", Samples.STATE);
    for (int i = 1; i <= 30; i++) {
      alice.change("doc", Samples.state("{\"a%d\":[1,%d]}".formatted(i, i)), "" + i);
      bob.change("doc", Samples.state("{\"b%d\":[2,%d]}".formatted(i, i)), "" + (100 + i));
    }
    soon("alice to have all", () -> members(alice) == 60);
    soon("bob to have all", () -> members(bob) == 60);
    SyncClient carol = database.client(one, "carol", Samples.STATE);
    SyncClient dave = database.client(two, "dave", Samples.STATE);
    eventually("newcomers to have all", () -> members(carol) == 60 && members(dave) == 60);
    String version = one.store().currentMeta("doc").isEmpty() ? "" : versionAt(one);
    assertThat(versionAt(two)).as("who moves from one relay to the other").isEqualTo(version);
  }

  /** Returns the version that a relay tells whoever asks. */
  private String versionAt(PostgresRelay relay) {
    TestClient asking =
        database.opened(TestClient.join(relay.uri(), "asking" + relay.uri().getPort()));
    asking.send(Samples.present("doc", Samples.STATE));
    return String.valueOf(asking.await(org.kyneta.relay.wire.Message.Interest.class).version());
  }

  private static long members(SyncClient client) {
    return client.text("doc").chars().filter(c -> c == '[').count();
  }

  @Test
  void twoWhoMakeOneDocumentAtOnceMeet() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    SyncClient alice = database.client(one, "alice");
    SyncClient bob = database.client(two, "bob");
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
    database.requireSound();
  }
}
