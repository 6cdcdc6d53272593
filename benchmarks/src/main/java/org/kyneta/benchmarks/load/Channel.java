package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** A WebSocket of a client, on the thread of a {@link Loop} only. */
final class Channel {

  private static final byte TEXT = 1;
  private static final byte BINARY = 2;
  private static final byte CLOSE = 8;
  private static final byte PING = 9;
  private static final byte PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int LONGEST_SHORT = 125;
  private static final int LONGEST_MEDIUM = 0xffff;
  private static final int MOST_HEAD_BYTES = 14;

  private final Loop loop;
  private final Listener listener;
  private final SocketChannel socket;
  private final SelectionKey key;
  private final FrameReader reader = new FrameReader(this::frame);
  private ByteBuffer out = ByteBuffer.allocate(1 << 10);
  private boolean upgraded;
  private boolean dirty;
  private boolean closed;

  /** What happens to a channel, on the thread of its loop. */
  interface Listener {

    /** A text has come. */
    void text(String text);

    /** A binary message has come; its bytes are valid until the call returns. */
    void binary(ByteBuffer message);

    /** It has ended; said once. */
    void closed();
  }

  private Channel(Loop loop, SocketChannel socket, Listener listener) throws IOException {
    this.loop = loop;
    this.listener = listener;
    this.socket = socket;
    this.key = socket.register(loop.selector(), SelectionKey.OP_CONNECT, this);
  }

  /** Begins to connect. */
  static Channel connect(Loop loop, InetSocketAddress address, Listener listener)
      throws IOException {
    SocketChannel socket = SocketChannel.open();
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Channel channel = new Channel(loop, socket, listener);
    channel.out.put(Handshake.request(address).getBytes(StandardCharsets.ISO_8859_1));
    channel.dirty = true;
    if (socket.connect(address)) {
      channel.connected();
    }
    return channel;
  }

  /** Does what the network is ready for. */
  void handle(SelectionKey ready) {
    try {
      if (ready.isConnectable() && socket.finishConnect()) {
        connected();
      } else if (ready.isReadable()) {
        read();
      }
      if (!closed && ready.isValid() && ready.isWritable()) {
        flush();
      }
    } catch (IOException e) {
      close();
    }
  }

  private void connected() {
    key.interestOps(SelectionKey.OP_READ);
    flush();
  }

  private void read() throws IOException {
    ByteBuffer buffer = loop.buffer().clear();
    int count = socket.read(buffer);
    if (count < 0) {
      close();
      return;
    }
    buffer.flip();
    reader.add(buffer);
    if (!upgraded) {
      String answer = reader.head();
      if (answer == null) {
        return;
      }
      if (!answer.startsWith("HTTP/1.1 101 ")) {
        close();
        return;
      }
      upgraded = true;
    }
    reader.frames();
  }

  private void frame(int opCode, ByteBuffer payload) {
    if (closed) {
      return;
    }
    switch (opCode) {
      case TEXT -> listener.text(StandardCharsets.UTF_8.decode(payload).toString());
      case BINARY -> listener.binary(payload);
      case PING -> send(PONG, payload);
      case CLOSE -> {
        send(CLOSE, payload);
        flush();
        close();
      }
      default -> {}
    }
  }

  /** Sends a binary message at the end of this round. */
  void binary(ByteBuffer message) {
    send(BINARY, message);
  }

  /** Sends a text at the end of this round. */
  void text(String text) {
    send(TEXT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void send(byte opCode, ByteBuffer payload) {
    if (closed) {
      return;
    }
    int size = payload.remaining();
    if (out.remaining() < size + MOST_HEAD_BYTES) {
      int capacity = Math.max(2 * out.capacity(), out.position() + size + MOST_HEAD_BYTES);
      out = ByteBuffer.allocate(capacity).put(out.flip());
    }
    out.put((byte) (FIN | opCode));
    if (size <= LONGEST_SHORT) {
      out.put((byte) (MASKED | size));
    } else if (size <= LONGEST_MEDIUM) {
      out.put((byte) (MASKED | (LONGEST_SHORT + 1))).putShort((short) size);
    } else {
      out.put((byte) (MASKED | (LONGEST_SHORT + 2))).putLong(size);
    }
    int mask = ThreadLocalRandom.current().nextInt();
    out.putInt(mask);
    putMasked(payload, mask);
    if (!dirty) {
      dirty = true;
      loop.flushLater(this);
    }
  }

  private void putMasked(ByteBuffer payload, int mask) {
    long both = ((long) mask << 32) | (mask & 0xffff_ffffL);
    while (payload.remaining() >= Long.BYTES) {
      out.putLong(payload.getLong() ^ both);
    }
    for (int shift = 56; payload.hasRemaining(); shift -= 8) {
      out.put((byte) (payload.get() ^ (both >>> shift)));
    }
  }

  /** Gives to the network what waits, as far as it takes it. */
  void flush() {
    if (closed || !socket.isConnected()) {
      return;
    }
    try {
      out.flip();
      socket.write(out);
      boolean all = !out.hasRemaining();
      out.compact();
      dirty = !all;
      int reading = SelectionKey.OP_READ;
      key.interestOps(all ? reading : reading | SelectionKey.OP_WRITE);
    } catch (IOException e) {
      close();
    }
  }

  /** Ends the connection. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // Then there is nothing left to close.
    }
    listener.closed();
  }
}
