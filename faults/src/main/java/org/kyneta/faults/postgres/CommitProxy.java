package org.kyneta.faults.postgres;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A line to a PostgreSQL server that understands its protocol, and cuts a connection where it
 * commits a write. Other connections live on and new ones are taken, so that whoever repeats a
 * write finds somebody who does it. Safe for use by several threads; connections must not be
 * encrypted.
 */
public final class CommitProxy implements AutoCloseable {

  /** Where a connection is cut. */
  public enum Side {
    /** What commits does not reach the server. */
    BEFORE,
    /** The server has committed, and nobody hears of it. */
    AFTER
  }

  /**
   * What is to be cut.
   *
   * @param text what one of the statements of the transaction's last message has in it
   * @param abruptly whether the client's end is reset, rather than ended in order
   */
  public record Order(Side side, String text, boolean abruptly) {}

  private final ServerSocket listener;
  private final int serverPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<Side, Integer> cuts = new ConcurrentHashMap<>();
  private @Nullable Order order;

  private CommitProxy(ServerSocket listener, int serverPort) {
    this.listener = listener;
    this.serverPort = serverPort;
  }

  /**
   * Listens on a port of its own.
   *
   * @param serverPort where the server listens on 127.0.0.1
   */
  public static CommitProxy to(int serverPort) throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    CommitProxy proxy = new CommitProxy(listener, serverPort);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** The TCP port on 127.0.0.1 that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Has the next commit that fits cut, and none after it. */
  public synchronized void arm(Order next) {
    order = next;
  }

  /** Returns whether nothing has been cut since it was last asked to, and no longer asks for it. */
  synchronized boolean disarm() {
    boolean wasArmed = order != null;
    order = null;
    return wasArmed;
  }

  /** Returns how many commits were cut on one side. */
  public int cuts(Side side) {
    return cuts.getOrDefault(side, 0);
  }

  /** Returns the order, for a connection that commits and has a statement of it, which takes it. */
  synchronized @Nullable Order take(Iterable<String> statements) {
    Order asked = order;
    if (asked != null) {
      for (String statement : statements) {
        if (statement.contains(asked.text)) {
          order = null;
          return asked;
        }
      }
    }
    return null;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // The listener was closed, or the server is not there: the client sees the end of its line.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    sockets.add(client);
    Socket server = new Socket();
    sockets.add(server);
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      close(client);
      close(server);
      throw e;
    }
    Session session = new Session(this, server.getOutputStream(), client.getOutputStream());
    pump(client, server, session::fromClient);
    pump(server, client, session::fromServer);
  }

  /** What reads one end of a connection until it ends or is cut. */
  private interface Reading {
    @Nullable Order read(DataInputStream in) throws IOException;
  }

  private void pump(Socket from, Socket to, Reading reading) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Order cut = reading.read(new DataInputStream(from.getInputStream()));
            if (cut != null) {
              cuts.merge(cut.side, 1, Integer::sum);
              from.setSoLinger(cut.abruptly, 0);
              to.setSoLinger(cut.abruptly, 0);
            }
          } catch (IOException e) {
            // One end has gone, so the other goes.
          } finally {
            close(from);
            close(to);
          }
        });
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(this::close);
  }
}
