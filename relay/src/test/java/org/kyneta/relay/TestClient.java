package org.kyneta.relay;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;

/** A client that says what it is told to, and remembers what it hears. */
final class TestClient implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Wire wire;
  private final List<Message> messages = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final Consumer<Message> observer;
  private volatile String closeReason = "";
  private int taken;
  private @Nullable WebSocket socket;

  private TestClient(WireVersion version, Consumer<Message> observer) {
    this.wire = Wire.client(version, WireLimits.DEFAULT, System::nanoTime);
    this.observer = observer;
  }

  /** Connects, and waits for the server to be ready. */
  static TestClient connect(URI uri) {
    return connect(uri, WireVersion.V3, message -> {}, builder -> builder);
  }

  /** Connects with a request that may be changed. */
  static TestClient connect(
      URI uri,
      WireVersion version,
      Consumer<Message> observer,
      java.util.function.UnaryOperator<WebSocket.Builder> request) {
    TestClient client = new TestClient(version, observer);
    try {
      client.socket =
          request
              .apply(HTTP.newWebSocketBuilder())
              .buildAsync(uri, client.new Listener())
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
    client.awaitText("ready");
    return client;
  }

  /** Connects and introduces itself. */
  static TestClient join(URI uri, String peerId) {
    TestClient client = connect(uri);
    client.establish(peerId);
    return client;
  }

  /** Joins, and follows a plain document, which may be new. */
  static TestClient follow(URI uri, String peerId, String docId) {
    TestClient client = join(uri, peerId);
    client.send(Samples.present(docId, Samples.PLAIN));
    client.await(Interest.class);
    client.send(Samples.plainInterest(docId));
    return client;
  }

  /** Introduces itself, and waits until the server has done so too. */
  void establish(String peerId) {
    send(new Establish(peerId, null, PeerKind.USER, /* aliases= */ true, 1, 0));
    await(Establish.class);
  }

  synchronized void send(Message message) {
    for (ByteBuffer part : wire.encode(message)) {
      socket().sendBinary(part, true).join();
    }
  }

  synchronized void sendText(String text) {
    socket().sendText(text, true).join();
  }

  synchronized void sendBytes(byte[] bytes) {
    socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  WebSocket socket() {
    return java.util.Objects.requireNonNull(socket);
  }

  /** Waits for the next message of a kind; those before it count as taken. */
  <M extends Message> M await(Class<M> kind) {
    return await(kind, message -> true);
  }

  /** Waits for the next message of a kind for which something is true. */
  <M extends Message> M await(Class<M> kind, Predicate<? super M> predicate) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (messages) {
      while (true) {
        while (taken < messages.size()) {
          Message message = messages.get(taken++);
          if (kind.isInstance(message) && predicate.test(kind.cast(message))) {
            return kind.cast(message);
          }
        }
        waitUntil(deadline, "a message " + kind.getSimpleName());
      }
    }
  }

  private void waitUntil(long deadline, String what) {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0 || closed.isDone()) {
      throw new AssertionError(
          "expected %s, found %s and %s, closed: %s %s"
              .formatted(what, messages, texts, closed, closeReason));
    }
    try {
      messages.wait(Math.min(millis, 200));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a text, wherever among those that have come. */
  void awaitText(String text) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (messages) {
      while (!texts.contains(text)) {
        waitUntil(deadline, "the text " + text);
      }
    }
  }

  /** Returns the documents that it was told of. */
  List<Message.Document> presented() {
    return messages().stream()
        .filter(Message.Present.class::isInstance)
        .flatMap(message -> ((Message.Present) message).documents().stream())
        .toList();
  }

  /** Returns all that has come. */
  List<Message> messages() {
    synchronized (messages) {
      return List.copyOf(messages);
    }
  }

  /** Waits until the server has answered all that was sent before, but for what documents do. */
  void ping() {
    int before = pongs();
    sendText("ping");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (messages) {
      while (pongs() == before) {
        waitUntil(deadline, "pong");
      }
    }
  }

  private int pongs() {
    synchronized (messages) {
      return (int) texts.stream().filter("pong"::equals).count();
    }
  }

  /** Waits until the connection is closed, and returns the code. */
  int awaitClose() {
    try {
      return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("expected the connection to be closed, found it open", e);
    }
  }

  String closeReason() {
    return closeReason;
  }

  @Override
  public void close() {
    socket().sendClose(1000, "Client disconnecting").exceptionally(e -> socket()).join();
    socket().abort();
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder partOfText = new StringBuilder();
    private java.io.ByteArrayOutputStream partial = new java.io.ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      // However small a text is, it comes in two parts where a packet ends within it.
      partOfText.append(data);
      if (last) {
        synchronized (messages) {
          texts.add(partOfText.toString());
          messages.notifyAll();
        }
        partOfText.setLength(0);
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
        take(partial.toByteArray());
        partial = new java.io.ByteArrayOutputStream();
      }
      from.request(1);
      return null;
    }

    private void take(byte[] bytes) {
      try {
        wire.accept(ByteBuffer.wrap(bytes))
            .ifPresent(message -> {
              synchronized (messages) {
                messages.add(message);
                messages.notifyAll();
              }
              observer.accept(message);
            });
      } catch (WireException e) {
        closed.completeExceptionally(e);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closeReason = reason;
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.complete(1006);
    }
  }
}
