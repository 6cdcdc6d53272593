package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.StoreMeta;

/** A client of a relay that says what it is told to. */
final class RelayClient implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;

  private final Wire wire = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;

  /** Connects and introduces itself. */
  RelayClient(URI uri, String peerId) throws InterruptedException {
    socket = http.newWebSocketBuilder().buildAsync(uri, new Listener()).join();
    assertThat(await(String.class)).isEqualTo("ready");
    send(new Establish(peerId, null, PeerKind.USER, /* aliases= */ true, 1, 0));
    await(Establish.class);
  }

  void send(Message message) {
    for (ByteBuffer part : wire.encode(message)) {
      socket.sendBinary(part, true).join();
    }
  }

  /** Says that it has a document, and asks for what comes after a version, or for all of it. */
  void open(String docId, StoreMeta meta, @Nullable String known) {
    String hash = meta.schemaHash();
    send(
        new Present(
            List.of(
                new Message.Document(
                    docId, meta.replicaType(), meta.syncMode(), hash, Set.of(hash)))));
    send(new Interest(docId, known, /* reciprocate= */ false));
  }

  Offer awaitOffer() throws InterruptedException {
    return await(Offer.class);
  }

  /** Waits until the relay has asked for a document. */
  void awaitInterest() throws InterruptedException {
    await(Interest.class);
  }

  private <T> T await(Class<T> type) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Object next = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(next).as("expected a %s", type.getSimpleName()).isNotNull();
      if (type.isInstance(next)) {
        return type.cast(next);
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private final class Listener implements WebSocket.Listener {

    private java.io.ByteArrayOutputStream partial = new java.io.ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      heard.add(data.toString());
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        try {
          wire.accept(ByteBuffer.wrap(partial.toByteArray())).ifPresent(heard::add);
        } catch (WireException e) {
          heard.add(e);
        }
        partial = new java.io.ByteArrayOutputStream();
      }
      from.request(1);
      return null;
    }
  }
}
