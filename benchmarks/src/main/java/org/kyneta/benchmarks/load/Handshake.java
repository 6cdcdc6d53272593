package org.kyneta.benchmarks.load;

import java.net.InetSocketAddress;

/** What a client says to get a WebSocket. */
final class Handshake {

  private Handshake() {}

  static String request(InetSocketAddress address) {
    return """
    GET / HTTP/1.1\r
    Host: %s:%d\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: a3luZXRhIGxvYWQga2V5IQ==\r
    \r
    """
        .formatted(address.getHostString(), address.getPort());
  }
}
