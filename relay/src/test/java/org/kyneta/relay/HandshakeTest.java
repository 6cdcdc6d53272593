package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.YJS;
import static org.kyneta.relay.Samples.present;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;

/** How a connection begins, and what it survives. */
@Timeout(60)
class HandshakeTest {

  private final InMemoryStore store = new InMemoryStore();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).peerId("relay").start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  @Test
  void theServerIsReadyFirstAndThenIntroducesItselfOnce() {
    try (TestClient client = TestClient.connect(relay.uri())) {
      assertThat(client.messages()).isEmpty();
      Establish mine = new Establish("alice", null, PeerKind.USER, true, 1, 0);
      client.send(mine);
      client.send(mine);
      client.ping();
      assertThat(client.messages())
          .containsExactly(new Establish("relay", null, PeerKind.SERVICE, true, 1, 0));
    }
  }

  @Test
  void anyPathIsConnectedTo() {
    try (TestClient client = TestClient.connect(relay.uri().resolve("/some/where?else=1"))) {
      client.ping();
    }
  }

  @Test
  void otherTextsArePassedOver() {
    try (TestClient client = TestClient.connect(relay.uri())) {
      client.sendText("ready");
      client.sendText("x".repeat(100_000));
      client.ping();
    }
  }

  @Test
  void whatComesBeforeTheIntroductionIsDropped() {
    try (TestClient client = TestClient.connect(relay.uri())) {
      client.send(present("doc", YJS));
      client.ping();
      assertThat(client.messages()).isEmpty();
      assertThat(relay.metrics())
          .contains("kyneta_messages_dropped_total{reason=\"not_established\"} 1");
    }
  }

  @Test
  void brokenMessagesAreDroppedAndTheConnectionGoesOn() {
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      client.sendBytes(new byte[0]);
      client.sendBytes(new byte[] {3, 0, 0, 0, 0, 1, 0, 0, 0, 9, (byte) 0xff});
      client.sendBytes(new byte[] {7, 1, 2});
      client.send(present("doc", PLAIN));
      assertThat(client.await(Interest.class).docId()).isEqualTo("doc");
      assertThat(relay.metrics())
          .contains("kyneta_messages_dropped_total{reason=\"cbor\"} 1")
          .contains("kyneta_messages_dropped_total{reason=\"version\"} 1");
    }
  }

  @Test
  void aNewDocumentIsPresentedBackAndAskedFor() {
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      client.send(present("doc", YJS));
      assertThat(client.await(Message.class)).isEqualTo(present("doc", YJS));
      assertThat(client.await(Message.class))
          .isEqualTo(new Interest("doc", Samples.NOTHING_YJS, /* reciprocate= */ true));
      client.send(present("doc", YJS));
      assertThat(client.await(Message.class)).isInstanceOf(Interest.class);
    }
  }

  @Test
  void whatCannotBeHeldIsVacant() {
    StoreMeta unknown =
        StoreMeta.of(new ReplicaType("other", 1, 0), SyncMode.COLLABORATIVE, "02aa");
    StoreMeta wrongMode = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.EPHEMERAL, "02aa");
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      client.send(
          new Present(List.of(Samples.document("a", unknown), Samples.document("b", wrongMode))));
      assertThat(client.await(Message.class)).isEqualTo(new Vacant("a"));
      assertThat(client.await(Message.class)).isEqualTo(new Vacant("b"));
    }
  }

  @Test
  void anotherKindOfDocumentUnderTheSameIdIsVacantAndAnotherSchemaIsPassedOver() {
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      client.send(present("doc", YJS));
      client.await(Interest.class);
      client.send(present("doc", PLAIN));
      assertThat(client.await(Message.class)).isEqualTo(new Vacant("doc"));
      StoreMeta other = StoreMeta.of(YJS.replicaType(), YJS.syncMode(), "02bb");
      client.send(present("doc", other));
      client.send(
          new Present(
              List.of(
                  new Message.Document(
                      "doc", YJS.replicaType(), YJS.syncMode(), "02bb", Set.of("02bb", "02aa")))));
      assertThat(client.await(Message.class)).as("the second").isInstanceOf(Interest.class);
      client.ping();
      assertThat(client.messages()).hasSize(5);
    }
  }

  @Test
  void aClientOfTheOldWireIsAnsweredInIt() {
    StoreMeta old = StoreMeta.of(PLAIN.replicaType(), PLAIN.syncMode(), "00aa");
    try (TestClient client =
        TestClient.connect(relay.uri(), WireVersion.V1, message -> {}, UnaryOperator.identity())) {
      client.establish("alice");
      client.send(present("doc", old));
      assertThat(client.await(Interest.class).version()).isEqualTo("0");
    }
  }
}
