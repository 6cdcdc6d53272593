package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kyneta.relay.OneDatabase.clock;
import static org.kyneta.relay.OneDatabase.soon;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.document.CompactionPolicy;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.SharedStore;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.PgBouncer;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.Proxy;

/** How a relay comes to know what others do to its database, and what it makes of that. */
@Timeout(120)
class OtherWritersTest {

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
  void aDocumentThatIsBornAtOneIsAnnouncedAtTheOther() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two = database.relay();
    TestClient bob = database.opened(TestClient.join(two.uri(), "bob"));
    bob.ping();
    SyncClient alice = database.client(one, "alice", Samples.YJS);
    alice.change("doc", Samples.update(new YjsTyping(1), "born"), "");
    Present present = bob.await(Present.class);
    assertThat(present.documents().getFirst().docId()).isEqualTo("doc");
    assertThat(two.metric("kyneta_documents_loaded")).as("nobody has asked for it").isZero();
    SyncClient carol = database.client(two, "carol", Samples.YJS);
    soon("carol to have it", () -> clock(carol, 1) == 4);
  }

  @Test
  void whatIsWrittenWhileTheFeedIsCutIsFoundAndHeardAgainAfterwards() throws IOException {
    try (Proxy proxy = Proxy.to(PostgresServer.shared().port())) {
      PostgresRelay one = database.relay();
      PostgresRelay two =
          database.relay(database.url(), PostgresServer.url(database.name(), proxy.port()));
      SyncClient alice = database.client(one, "alice", Samples.YJS);
      SyncClient bob = database.client(two, "bob", Samples.YJS);
      YjsTyping typing = new YjsTyping(1);
      alice.change("doc", Samples.update(typing, "heard"), "");
      soon("it to be heard", () -> clock(bob, 1) == typing.clock());
      proxy.cut();
      alice.change("doc", Samples.update(typing, " not heard"), "");
      soon("it to be found", () -> clock(bob, 1) == typing.clock());
      proxy.pass();
      TestClient carol = database.opened(TestClient.join(two.uri(), "carol"));
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
    PostgresRelay one = database.relay();
    SyncClient alice = database.client(one, "alice", Samples.YJS);
    YjsTyping typing = new YjsTyping(1);
    alice.change("doc", Samples.update(typing, "told"), "");
    eventually("it to be stored", () -> one.store().currentMeta("doc").isPresent());
    YjsTyping other = new YjsTyping(2);
    one.store().append("doc", StoreRecord.entry(Samples.update(other, "untold"), ""));
    soon("alice to have it", () -> clock(alice, 2) == other.clock());
    alice.change("doc", Samples.update(typing, "more"), "");
    eventually("all to be stored", () -> records(one) == 4);
    database.requireSound();
  }

  @Test
  void whatOthersHaveWrittenIsToldThoughTheStoreRefusesWhatComesNext() throws IOException {
    AtomicBoolean refusing = new AtomicBoolean();
    PostgresRelay one = database.relay();
    PostgresRelay two =
        database.relay(builder -> builder.store(refusing(one.store(), refusing::get)));
    SyncClient alice = database.client(two, "alice", Samples.YJS);
    SyncClient bob = database.client(two, "bob", Samples.YJS);
    YjsTyping typing = new YjsTyping(1);
    alice.change("doc", Samples.update(typing, "told"), "");
    eventually("bob to have it", () -> clock(bob, 1) == typing.clock());
    YjsTyping other = new YjsTyping(2);
    refusing.set(true);
    one.store().append("doc", StoreRecord.entry(Samples.update(other, "untold"), ""));
    alice.client().send(Samples.yjsOffer("doc", new YjsTyping(3), "refused"));
    eventually(
        "it to be refused",
        () ->
            two.relay()
                .metrics()
                .contains("kyneta_messages_dropped_total{reason=\"too_large\"} 1"));
    refusing.set(false);
    alice.client().send(new Interest("doc", null, /* reciprocate= */ false));
    soon("bob to have what others have written", () -> clock(bob, 2) == other.clock());
  }

  /** Returns a store that takes no entries while something is so. */
  private static SharedStore refusing(SharedStore store, BooleanSupplier isRefusing) {
    return (SharedStore)
        java.lang.reflect.Proxy.newProxyInstance(
            SharedStore.class.getClassLoader(),
            new Class<?>[] {SharedStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("append") && isRefusing.getAsBoolean()) {
                throw new RecordRejectedException(
                    RecordRejectedException.Rule.BACK_END_CAN_HOLD, "doc", "entry", "none", "one");
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static long records(PostgresRelay relay) {
    try (var records = relay.store().loadAll("doc")) {
      return records.stream().count();
    }
  }

  @Test
  void theOtherRelayMayCompactAStream() throws IOException {
    CompactionPolicy often = new CompactionPolicy(5, 1 << 20, 5, CompactionPolicy.Plain.COMPACTED);
    PostgresRelay one = database.relay(builder -> builder.compaction(often));
    PostgresRelay two = database.relay();
    for (StoreMeta meta : List.of(Samples.YJS, Samples.PLAIN, Samples.STATE)) {
      String docId = meta.replicaType().name();
      SyncClient alice = database.client(one, "alice " + docId);
      SyncClient bob = database.client(two, "bob " + docId);
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
          default ->
              writer.change(docId, Samples.state("{\"x%d\":[1,%d]}".formatted(i, i)), "" + i);
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
    database.requireSound();
  }

  private static boolean hasMember(SyncClient client, int member) {
    return client.text("state").contains("x" + member + "\"");
  }

  @Test
  void aDocumentThatHasLeftMemoryIsReadAgainForThoseWhoFollowIt() throws IOException {
    PostgresRelay one = database.relay();
    PostgresRelay two =
        database.relay(builder ->
            builder.limits(RelayLimits.DEFAULT.withDocumentIdle(Duration.ofMillis(200))));
    SyncClient alice = database.client(one, "alice", Samples.YJS);
    SyncClient bob = database.client(two, "bob", Samples.YJS);
    YjsTyping typing = new YjsTyping(1);
    alice.change("doc", Samples.update(typing, "first"), "");
    eventually("bob to have it", () -> clock(bob, 1) == typing.clock());
    eventually("it to leave memory", () -> two.metric("kyneta_documents_loaded") == 0);
    alice.change("doc", Samples.update(typing, "second"), "");
    soon("bob to have the rest", () -> clock(bob, 1) == typing.clock());
  }

  @Test
  void aPoolerThatKeepsNoSessionsIsRefusedForTheFeed() throws IOException {
    try (PgBouncer bouncer = PgBouncer.inFrontOf(PostgresServer.shared(), 4)) {
      String pooled = bouncer.url(database.name()) + "&prepareThreshold=0";
      assertThatThrownBy(() -> database.relay(pooled, pooled))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("pool_mode = transaction");
      PostgresRelay one = database.relay(pooled, database.url());
      SyncClient alice = database.client(one, "alice", Samples.YJS);
      SyncClient bob = database.client(database.relay(), "bob", Samples.YJS);
      alice.change("doc", Samples.update(new YjsTyping(1), "pooled"), "");
      soon("bob to have it", () -> clock(bob, 1) == 6);
    }
  }
}
