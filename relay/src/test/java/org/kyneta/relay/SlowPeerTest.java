package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.InMemoryStore;

/** Peers that read slowly, send too much, or mean harm: memory is bounded, others do not notice. */
@Timeout(120)
class SlowPeerTest {

  private final InMemoryStore store = new InMemoryStore();

  @SuppressWarnings("NullAway.Init")
  private Relay relay;

  private void start(RelayLimits limits) throws IOException {
    relay = Relay.builder().store(store).limits(limits).start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  /** A peer that sends what it is told to and reads nothing. */
  private static final class DeafPeer implements AutoCloseable {
    final Socket socket;
    final OutputStream out;
    final Wire wire = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);

    DeafPeer(URI uri) throws IOException {
      socket = new Socket();
      socket.setReceiveBufferSize(4_096);
      socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
      out = socket.getOutputStream();
      String request =
          """
          GET / HTTP/1.1
          Host: x
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Version: 13

          """
              .replace("\n", "\r\n");
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int newlines = 0;
      while (newlines < 2) {
        int c = in.readUnsignedByte();
        newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
      }
      send(new Establish("deaf", null, PeerKind.USER, false, 1, 0));
    }

    void send(Message message) throws IOException {
      for (ByteBuffer part : wire.encode(message)) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        frame(0x82, bytes);
      }
    }

    /** Sends a WebSocket frame whose mask is zero. */
    void frame(int head, byte[] payload) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
      frame.put((byte) head);
      if (payload.length < 126) {
        frame.put((byte) (0x80 | payload.length));
      } else if (payload.length < 65_536) {
        frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
      } else {
        frame.put((byte) (0x80 | 127)).putLong(payload.length);
      }
      frame.putInt(0).put(payload);
      out.write(frame.array(), 0, frame.position());
      out.flush();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private boolean counted(String line) {
    return relay.metrics().contains(line);
  }

  @Test
  void aPeerThatDoesNotReadIsDisconnectedAndOthersGoOn() throws IOException {
    start(RelayLimits.DEFAULT.withOutboundBytes(200_000));
    try (SyncClient alice = SyncClient.join(relay.uri(), "alice");
        SyncClient bob = SyncClient.join(relay.uri(), "bob");
        DeafPeer deaf = new DeafPeer(relay.uri())) {
      alice.open("doc", Samples.YJS);
      bob.open("doc", Samples.YJS);
      deaf.send(Samples.present("doc", Samples.YJS));
      deaf.send(new Interest("doc", Samples.NOTHING_YJS, false));
      eventually("three connections", () -> counted("kyneta_connections 3.0"));
      YjsTyping typing = new YjsTyping(1);
      String text = "x".repeat(20_000);
      while (!counted("kyneta_connections_slow_total 1.0")) {
        alice.change("doc", Samples.update(typing, text), "");
        alice.client().ping();
        int clock = typing.clock();
        eventually("bob to have it", () -> YjsTyping.clockOf(bob.version("doc"), 1) == clock);
      }
      eventually("it to be gone", () -> counted("kyneta_connections 2.0"));
      alice.change("doc", Samples.update(typing, "end"), "");
      eventually(
          "bob to have it", () -> YjsTyping.clockOf(bob.version("doc"), 1) == typing.clock());
      eventually("nothing to wait", () -> counted("kyneta_connections_bytes 0.0"));
    }
  }

  @Test
  void aPeerThatAsksForMuchAndReadsNothingIsNotListenedTo() throws IOException {
    start(RelayLimits.DEFAULT.withOutboundBytes(400_000));
    try (SyncClient alice = SyncClient.join(relay.uri(), "alice")) {
      alice.open("doc", Samples.YJS);
      YjsTyping typing = new YjsTyping(1);
      alice.change("doc", Samples.update(typing, "x".repeat(500_000)), "");
      eventually("it to be stored", () -> !store.head("doc").value().equals("absent"));
      DeafPeer deaf = new DeafPeer(relay.uri());
      Thread asking =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 100_000; i++) {
                deaf.send(new Interest("doc", Samples.NOTHING_YJS, false));
              }
            } catch (IOException e) {
              // It was closed below.
            }
          });
      long most = 0;
      for (int i = 0; i < 100; i++) {
        most = Math.max(most, (long) value("kyneta_connections_bytes"));
        alice.client().ping();
      }
      assertThat(most).isLessThan(20_000_000);
      assertThat(asking.isAlive()).as("it waits to be listened to").isTrue();
      deaf.close();
      eventually("nothing to wait", () -> counted("kyneta_connections_bytes 0.0"));
    }
  }

  private double value(String name) {
    return relay
        .metrics()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMessageThatIsTooLargeClosesItsConnection() throws IOException {
    start(RelayLimits.DEFAULT.withMessageBytes(10_000));
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      var unused = client.socket().sendBinary(ByteBuffer.allocate(20_000), true);
      assertThat(client.awaitClose()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageWithoutEndClosesItsConnection() throws IOException {
    start(RelayLimits.DEFAULT.withMessageBytes(100_000));
    try (DeafPeer peer = new DeafPeer(relay.uri())) {
      peer.frame(0x02, new byte[1_000]);
      for (int i = 0; i < 200; i++) {
        peer.frame(0x00, new byte[1_000]);
      }
      eventually("it to be gone", () -> counted("kyneta_connections 0.0"));
    } catch (java.net.SocketException e) {
      eventually("it to be gone", () -> counted("kyneta_connections 0.0"));
    }
  }

  @Test
  void whoeverHoldsMostHasToGoWhenAllTogetherHoldTooMuch() throws IOException {
    start(RelayLimits.DEFAULT.withBufferBytes(2_000_000));
    try (TestClient modest = TestClient.join(relay.uri(), "modest");
        DeafPeer greedy = new DeafPeer(relay.uri())) {
      greedy.frame(0x02, new byte[1_000_000]);
      modest.ping();
      try {
        greedy.frame(0x00, new byte[2_000_000]);
      } catch (IOException e) {
        // It was closed while it wrote.
      }
      eventually("it to be gone", () -> counted("kyneta_connections 1.0"));
      modest.ping();
      eventually("nothing to wait", () -> counted("kyneta_connections_bytes 0.0"));
    }
  }

  @Test
  void morePresentedDocumentsThanAPeerMayHaveAreVacant() throws IOException {
    start(RelayLimits.DEFAULT.withDocumentsPerPeer(10));
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      List<Message.Document> documents = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        documents.add(Samples.document("doc" + i, Samples.YJS));
      }
      client.send(new Present(documents));
      eventually("all to be answered", () -> client.messages().size() == 1 + 2 * 10 + 2);
      assertThat(client.messages())
          .contains(new Message.Vacant("doc10"), new Message.Vacant("doc11"));
    }
    eventually("all to be forgotten", () -> counted("kyneta_documents_known 0.0"));
  }

  @Test
  void allPeersTogetherHaveNoMoreDocumentsThanThereIsMemoryFor() throws IOException {
    start(RelayLimits.DEFAULT.withDocuments(10_000));
    List<Message.Document> documents = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      documents.add(Samples.document("doc" + i, Samples.YJS));
    }
    List<DeafPeer> peers = new ArrayList<>();
    try (TestClient last = TestClient.join(relay.uri(), "last")) {
      for (int i = 0; i < 10; i++) {
        peers.add(new DeafPeer(relay.uri()));
        peers.getLast().send(new Present(documents));
      }
      Iterator<Message.Document> others = documents.iterator();
      eventually(
          "no room for another",
          () -> {
            last.send(new Present(List.of(others.next())));
            last.ping();
            return last.messages().stream().anyMatch(Message.Vacant.class::isInstance);
          });
      String refused = last.await(Message.Vacant.class).docId();
      peers.removeFirst().close();
      eventually("one to be gone", () -> value("kyneta_connections") == 10);
      last.send(new Present(List.of(Samples.document(refused, Samples.YJS))));
      last.await(Message.Interest.class, interest -> interest.docId().equals(refused));
    } finally {
      for (DeafPeer peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void namesThatWereGivenAliasesCountAsMemoryOfTheirConnection() throws IOException {
    start(RelayLimits.DEFAULT.withBufferBytes(1_500_000));
    try (TestClient modest = TestClient.join(relay.uri(), "modest");
        TestClient first = TestClient.join(relay.uri(), "first");
        TestClient second = TestClient.join(relay.uri(), "second");
        TestClient third = TestClient.join(relay.uri(), "third")) {
      nameDocuments(first);
      assertThat(value("kyneta_connections_names")).isBetween(480_000.0, 700_000.0);
      nameDocuments(second);
      assertThat(value("kyneta_connections_names")).isBetween(960_000.0, 1_400_000.0);
      modest.send(new Present(List.of(Samples.document("doc", Samples.YJS))));
      modest.await(Message.Interest.class, interest -> interest.docId().equals("doc"));
      for (int i = 0; i < 1_000 && value("kyneta_connections") == 4; i++) {
        try {
          third.send(longName(i));
        } catch (java.util.concurrent.CompletionException e) {
          break;
        }
      }
      eventually("one to be closed", () -> value("kyneta_connections") == 3);
      modest.ping();
      eventually("names to be forgotten", () -> value("kyneta_connections_names") < 1_400_000);
    }
  }

  /** Presents nearly as many documents as are given aliases, and waits until they are stored. */
  private static void nameDocuments(TestClient client) {
    for (int i = 0; i < 1_000; i++) {
      Present present = longName(i);
      client.send(present);
      String docId = present.documents().getFirst().docId();
      client.await(Message.Interest.class, interest -> interest.docId().equals(docId));
    }
  }

  private static Present longName(int number) {
    return new Present(List.of(Samples.document("x".repeat(480) + number, Samples.YJS)));
  }

  @Test
  void asManyDocumentsMayBeKnownAsTheHeapHasRoomFor() throws IOException {
    start(RelayLimits.DEFAULT);
    long heap = Runtime.getRuntime().maxMemory();
    assertThat((long) RelayLimits.DEFAULT.documents())
        .isEqualTo(Math.clamp(heap / 16_384, 1_000, 1_000_000));
  }

  @Test
  void aPeerThatPresentsAMillionDocumentsTakesLittleMemory() throws IOException {
    start(RelayLimits.DEFAULT);
    try (SyncClient modest = SyncClient.join(relay.uri(), "modest");
        DeafPeer hostile = new DeafPeer(relay.uri())) {
      Thread presenting = Thread.startVirtualThread(() -> presentAMillion(hostile));
      modest.open("doc", Samples.YJS);
      eventually("as many as there may be", () -> value("kyneta_documents_known") > 9_999);
      for (int i = 0; i < 20; i++) {
        modest.client().ping();
        assertThat(value("kyneta_documents_known")).isLessThan(10_002);
        assertThat(value("kyneta_connections_bytes")).isLessThan(200_000_000);
      }
      assertThat(presenting.isAlive()).as("it waits to be listened to").isTrue();
      assertThat(modest.client().messages().toString()).doesNotContain("0/0");
    }
    eventually("all to be forgotten", () -> counted("kyneta_documents_known 0.0"));
  }

  private static void presentAMillion(DeafPeer peer) {
    try {
      for (int message = 0; message < 20; message++) {
        List<Message.Document> documents = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
          documents.add(Samples.document(message + "/" + i, Samples.YJS));
        }
        peer.send(new Present(documents));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  @Test
  void moreConnectionsThanThereMayBeAreRefused() throws IOException {
    start(RelayLimits.DEFAULT.withConnections(1));
    try (TestClient client = TestClient.join(relay.uri(), "alice")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> TestClient.connect(relay.uri()))
          .hasCauseInstanceOf(java.net.http.WebSocketHandshakeException.class);
      client.ping();
    }
  }
}
