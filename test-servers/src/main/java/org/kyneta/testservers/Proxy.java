package org.kyneta.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A line to a server that can be cut, everything on it at once. Safe for use by several threads. It
 * passes what comes unless told otherwise; a cut closes all connections, and new ones are refused
 * until {@link #pass}.
 */
public final class Proxy implements AutoCloseable {

  /** Which way bytes go. */
  public enum Direction {
    /** From the client. */
    TO_SERVER,
    /** From the server. */
    TO_CLIENT
  }

  /** What is done with bytes that have come. */
  private enum Verdict {
    PASS,
    PASS_AND_CUT,
    CUT,
    LOSE
  }

  private interface Rule {
    Verdict judge(Direction direction, byte[] bytes);
  }

  private static final Rule PASS = (direction, bytes) -> Verdict.PASS;
  private static final Rule SILENT = (direction, bytes) -> Verdict.LOSE;
  private static final Rule REFUSE = (direction, bytes) -> Verdict.CUT;

  private final ServerSocket listener;
  private final int serverPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private Rule rule = PASS;

  private Proxy(ServerSocket listener, int serverPort) {
    this.listener = listener;
    this.serverPort = serverPort;
  }

  /**
   * Listens on a port of its own.
   *
   * @param serverPort where the server listens on 127.0.0.1
   */
  public static Proxy to(int serverPort) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Proxy proxy = new Proxy(listener, serverPort);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The TCP port on 127.0.0.1 that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Passes everything from now on, and takes new connections. */
  public synchronized void pass() {
    rule = PASS;
  }

  /** Closes all connections and refuses new ones. */
  public synchronized void cut() {
    rule = REFUSE;
    sockets.forEach(Proxy::close);
    sockets.clear();
  }

  /** Loses all bytes from now on, without a word to either end. */
  public synchronized void fallSilent() {
    rule = SILENT;
  }

  /** Cuts as soon as at least this many more bytes have passed in a direction. */
  public synchronized void cutAfterBytes(Direction direction, long count) {
    long[] left = {count};
    rule =
        (way, bytes) -> {
          left[0] -= way == direction ? bytes.length : 0;
          return left[0] > 0 ? Verdict.PASS : Verdict.PASS_AND_CUT;
        };
  }

  /**
   * Cuts when a client sends something that has this text in it, which never reaches the server.
   */
  public synchronized void cutBefore(String text) {
    rule = (way, bytes) -> sends(way, bytes, text) ? Verdict.CUT : Verdict.PASS;
  }

  /**
   * Cuts when the server has answered what a client sent with this text in it; the answer does not
   * reach the client. With one client only.
   */
  public synchronized void cutAfter(String text) {
    boolean[] sent = {false};
    rule =
        (way, bytes) -> {
          if (sent[0] && way == Direction.TO_CLIENT) {
            return Verdict.CUT;
          }
          sent[0] |= sends(way, bytes, text);
          return Verdict.PASS;
        };
  }

  private static boolean sends(Direction way, byte[] bytes, String text) {
    return way == Direction.TO_SERVER
        && new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
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
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    if (!register(client, server)) {
      close(client);
      close(server);
      return;
    }
    Thread.ofVirtual().start(() -> pump(client, server, Direction.TO_SERVER));
    Thread.ofVirtual().start(() -> pump(server, client, Direction.TO_CLIENT));
  }

  private synchronized boolean register(Socket client, Socket server) {
    if (rule == REFUSE) {
      return false;
    }
    sockets.add(client);
    sockets.add(server);
    return true;
  }

  private void pump(Socket from, Socket to, Direction direction) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        forward(Arrays.copyOf(buffer, count), out, direction);
      }
    } catch (IOException e) {
      // One end has gone, so the other goes.
    } finally {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void forward(byte[] bytes, OutputStream out, Direction direction) throws IOException {
    Verdict verdict;
    synchronized (this) {
      verdict = rule.judge(direction, bytes);
    }
    if (verdict == Verdict.PASS || verdict == Verdict.PASS_AND_CUT) {
      out.write(bytes);
    }
    if (verdict == Verdict.CUT || verdict == Verdict.PASS_AND_CUT) {
      cut();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
