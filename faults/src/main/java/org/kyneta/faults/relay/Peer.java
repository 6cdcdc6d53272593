package org.kyneta.faults.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.TextMessages;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;

/** A client that keeps what it has when its connection ends, and may connect again. Thread-safe. */
final class Peer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int NORMAL_CLOSURE = 1_000;

  private final String name;
  private final Consumer<String> findings;
  private final Map<String, Held> documents = new ConcurrentHashMap<>();
  private volatile @Nullable Line line;

  /**
   * Makes one that has nothing.
   *
   * @param findings is given what the relay has sent and must not send
   */
  Peer(String name, Consumer<String> findings) {
    this.name = name;
    this.findings = findings;
  }

  /** Has a document from the next connection on. */
  Held open(Shared shared) {
    Held held = new Held(shared, this::send);
    documents.put(shared.id(), held);
    return held;
  }

  /**
   * Connects, and tells what it has.
   *
   * @throws IOException if that takes too long or fails
   */
  void connect(URI relay) throws IOException, InterruptedException {
    Line made = new Line();
    try {
      made.socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(relay, made)
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      made.ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      line = made;
      send(new Establish(name, null, PeerKind.USER, /* aliases= */ true, 1, 0));
      made.established.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(name + ": expected to be connected to " + relay + ", found " + e, e);
    }
    List<Held> all = List.copyOf(documents.values());
    send(
        new Present(
            all.stream()
                .map(held -> held.shared().kind().announcement(held.shared().id()))
                .toList()));
  }

  /** Returns whether there is no connection. */
  boolean isGone() {
    Line now = line;
    return now == null || now.ended.isDone();
  }

  private void send(Message message) {
    Line now = line;
    if (now != null) {
      now.send(message);
    }
  }

  private void received(Message message) {
    try {
      switch (message) {
        case Present present -> present.documents().forEach(document -> ask(document.docId()));
        case Interest interest -> {
          Held held = documents.get(interest.docId());
          if (held != null) {
            held.answer(interest);
          }
        }
        case Offer offer -> {
          Held held = documents.get(offer.docId());
          if (held != null) {
            held.take(offer);
          }
        }
        default -> {}
      }
    } catch (UnreadableException e) {
      findings.accept(name + ": the relay has sent what cannot be read: " + e.getMessage());
    }
  }

  private void ask(String docId) {
    Held held = documents.get(docId);
    if (held != null) {
      held.ask();
    }
  }

  @Override
  public void close() {
    Line now = line;
    WebSocket socket = now == null ? null : now.socket;
    if (socket != null) {
      var _ = socket.sendClose(NORMAL_CLOSURE, "Client disconnecting");
      socket.abort();
    }
  }

  /** One connection. */
  private final class Line implements WebSocket.Listener {

    private final Wire wire = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> established = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private volatile @Nullable WebSocket socket;
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

    synchronized void send(Message message) {
      WebSocket to = socket;
      if (to == null || ended.isDone()) {
        return;
      }
      for (ByteBuffer frame : wire.encode(message)) {
        sending = sending.thenCompose(before -> to.sendBinary(frame, true));
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      // The only text that matters comes first, so in one piece.
      if (TextMessages.READY.contentEquals(data)) {
        ready.complete(null);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        accept(partial.toByteArray());
        partial = new ByteArrayOutputStream();
      }
      from.request(1);
      return null;
    }

    private void accept(byte[] bytes) {
      try {
        Message message = wire.accept(ByteBuffer.wrap(bytes)).orElse(null);
        if (message instanceof Establish) {
          established.complete(null);
        } else if (message != null) {
          received(message);
        }
      } catch (WireException e) {
        findings.accept(name + ": the relay has sent what cannot be read: " + e.getMessage());
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      end();
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      end();
    }

    private void end() {
      documents.values().forEach(Held::disconnected);
      ended.complete(null);
      IOException gone = new IOException("the connection has ended");
      ready.completeExceptionally(gone);
      established.completeExceptionally(gone);
    }
  }
}
