package org.kyneta.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.store.InMemoryStore;

/** Connections that never become WebSockets. */
@Timeout(90)
class NewcomersTest {

  private final InMemoryStore store = new InMemoryStore();
  private final List<Socket> sockets = new ArrayList<>();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).limits(RelayLimits.DEFAULT.withConnections(10)).start();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    relay.close();
    store.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    sockets.add(socket);
    socket.setSoTimeout(50);
    send(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOldestOfTooManyHasToGo() throws IOException {
    Socket first = connect();
    for (int i = 1; i < 200; i++) {
      Socket unused = connect();
    }
    eventually("the first to be closed", () -> isClosed(first));
    assertThat(isClosed(sockets.getLast())).isFalse();
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.ping();
      for (int i = 0; i < 200; i++) {
        Socket unused = connect();
      }
      eventually("one more to be closed", () -> isClosed(sockets.get(200)));
      alice.ping();
    }
  }

  @Test
  void whoTakesTooLongHasToGoHoweverOftenItSendsSomething() throws IOException {
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      Socket slow = connect();
      long start = System.nanoTime();
      boolean closed = false;
      for (int i = 0; !closed && System.nanoTime() - start < 40_000_000_000L; i++) {
        closed = isClosed(slow);
        if (!closed && i % 20 == 0) {
          sendUnlessClosed(slow, "X-" + i + ": x\r\n");
        }
      }
      assertThat(closed).isTrue();
      alice.ping();
    }
  }

  private static void sendUnlessClosed(Socket socket, String text) {
    try {
      send(socket, text);
    } catch (IOException e) {
      // Whoever reads next finds it closed.
    }
  }
}
