package org.kyneta.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Somebody who stands in a PostgreSQL server's place, cannot encrypt, and asks whoever connects for
 * the password in the clear. It learns it, and refuses it.
 */
final class PasswordAsker implements AutoCloseable {

  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  private final ServerSocket listener;
  private final List<String> learnt = new CopyOnWriteArrayList<>();

  PasswordAsker() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns the passwords that it was told. */
  List<String> learnt() {
    return learnt;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try (Socket client = listener.accept()) {
        ask(
            new DataInputStream(client.getInputStream()),
            new DataOutputStream(client.getOutputStream()));
      } catch (IOException e) {
        // Who connects may hang up, and the listener may be closed.
      }
    }
  }

  private void ask(DataInputStream in, DataOutputStream out) throws IOException {
    int code = first(in);
    while (code == SSL_REQUEST || code == GSS_REQUEST) {
      out.write('N');
      code = first(in);
    }
    out.write('R');
    out.writeInt(8);
    out.writeInt(3); // In the clear.
    if (in.read() == 'p') {
      String password = new String(in.readNBytes(in.readInt() - 4), StandardCharsets.UTF_8);
      learnt.add(password.replace("\0", ""));
    }
    byte[] refusal =
        "SFATAL\0C28P01\0Mpassword authentication failed\0\0".getBytes(StandardCharsets.UTF_8);
    out.write('E');
    out.writeInt(4 + refusal.length);
    out.write(refusal);
  }

  private static int first(DataInputStream in) throws IOException {
    int length = in.readInt();
    int code = in.readInt();
    in.readNBytes(length - 8);
    return code;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
