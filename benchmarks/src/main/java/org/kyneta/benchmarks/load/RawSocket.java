package org.kyneta.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;

/** A connection of a hostile client, over which anything may be sent. Not thread-safe. */
final class RawSocket implements AutoCloseable {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;

  private static final int MILLIS = 5_000;
  private static final int FIN = 0x80;
  private static final int LONG_LENGTH = 0xff;
  private static final int LITTLE = 4 << 10;

  private final Socket socket = new Socket();
  private final InetSocketAddress address;
  private final Wire wire = Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);

  private RawSocket(InetSocketAddress address) {
    this.address = address;
  }

  /** Connects, without a word. */
  static RawSocket connect(InetSocketAddress address) throws IOException {
    return connect(address, /* receiveBytes= */ 0);
  }

  /** Connects with room for few bytes that were not read. */
  static RawSocket connectWithLittleRoom(InetSocketAddress address) throws IOException {
    return connect(address, LITTLE);
  }

  private static RawSocket connect(InetSocketAddress address, int receiveBytes) throws IOException {
    RawSocket raw = new RawSocket(address);
    if (receiveBytes > 0) {
      raw.socket.setReceiveBufferSize(receiveBytes);
    }
    try {
      raw.socket.connect(address, MILLIS);
      return raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Makes it a WebSocket. */
  RawSocket upgrade() throws IOException {
    write(Handshake.request(address).getBytes(StandardCharsets.ISO_8859_1));
    socket.setSoTimeout(MILLIS);
    InputStream in = socket.getInputStream();
    int newlines = 0;
    while (newlines < 2) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("the relay has closed the connection");
      }
      newlines = read == '\n' ? newlines + 1 : read == '\r' ? newlines : 0;
    }
    socket.setSoTimeout(0);
    return this;
  }

  /** Makes it a WebSocket of a client that has introduced itself. */
  RawSocket join(String peerId) throws IOException {
    upgrade();
    send(new Establish(peerId, null, PeerKind.BOT, /* aliases= */ true, 1, 0));
    return this;
  }

  /** Reads and forgets all that comes, by a thread of its own, until the connection ends. */
  RawSocket draining() {
    Thread _ =
        Thread.ofVirtual()
            .start(() -> {
              byte[] buffer = new byte[64 << 10];
              try {
                InputStream in = socket.getInputStream();
                int count = 0;
                while (count >= 0) {
                  count = in.read(buffer);
                }
              } catch (IOException e) {
                // Then nothing more comes.
              }
            });
    return this;
  }

  void write(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
  }

  void send(Message message) throws IOException {
    for (ByteBuffer frame : wire.encode(message)) {
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      binary(bytes);
    }
  }

  void binary(byte[] payload) throws IOException {
    frame(BINARY, /* isLast= */ true, payload.length, payload);
  }

  /** Sends a WebSocket frame that claims to have so many bytes, and what there is of it. */
  void frame(int opCode, boolean isLast, long claimed, byte[] payload) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(14);
    head.put((byte) ((isLast ? FIN : 0) | opCode)).put((byte) LONG_LENGTH).putLong(claimed);
    // A mask of zeros leaves the payload as it is.
    head.putInt(0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + head.capacity());
    bytes.writeBytes(head.array());
    bytes.writeBytes(payload);
    write(bytes.toByteArray());
  }

  /** Ends the connection as a crash does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Then there is nothing left to close.
    }
  }
}
