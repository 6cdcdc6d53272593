package org.kyneta.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;

/** Attacks by what is well-formed, but too much. */
final class Floods {

  private static final int DOCUMENTS_A_CLIENT = 10_000;
  private static final int DOCUMENTS_A_MESSAGE = 500;
  private static final int LONG_ID = 480;
  private static final int INTERESTS_A_SESSION = 20_000;
  private static final int LARGE = 1 << 20;
  private static final int LARGE_UPDATES = 4;
  private static final int WISHES = 2_000;
  private static final int TEXTS_A_SESSION = 20_000;
  private static final int CONNECTIONS_A_SESSION = 50;
  private static final int ROUNDS_OF_NOTHING = 100;
  private static final int MILLIS_OF_NOTHING = 100;

  private Floods() {}

  /** Presents as many documents as a client may and more, half of the time with long names. */
  static void manyDocuments(Attacker attacker) throws IOException {
    String filling = "x".repeat(attacker.number() % 2 * LONG_ID);
    String prefix = attacker.name() + "-" + filling;
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      for (int from = 0; from < DOCUMENTS_A_CLIENT && !attacker.isOver(); ) {
        List<Message.Document> documents = new ArrayList<>(DOCUMENTS_A_MESSAGE);
        for (int i = 0; i < DOCUMENTS_A_MESSAGE; i++) {
          String docId = prefix + from++;
          documents.add(Trace.announcement(docId.substring(Math.max(0, docId.length() - 500))));
        }
        socket.send(new Present(documents));
        attacker.pause(50);
      }
      nothing(attacker);
    }
  }

  static void manyInterests(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      for (int i = 0; i < INTERESTS_A_SESSION && !attacker.isOver(); i++) {
        String docId = i % 2 == 0 ? "load-" + i % 40 : attacker.name() + i;
        socket.send(new Interest(docId, null, /* reciprocate= */ true));
        if (i % 100 == 0) {
          attacker.pause(5);
        }
      }
    }
  }

  /** Writes a large document, and asks for it and for those of others again and again. */
  static void neverReading(Attacker attacker) throws IOException {
    String docId = "hostile-large-" + attacker.number();
    try (RawSocket socket =
        RawSocket.connectWithLittleRoom(attacker.address()).join(attacker.name())) {
      socket.send(new Present(List.of(Trace.announcement(docId))));
      for (int i = 0; i < LARGE_UPDATES; i++) {
        Payload update = Payload.binary(Kind.SINCE, largeUpdate(i));
        socket.send(new Offer(docId, update, "AA==", /* reciprocate= */ false));
      }
      for (int i = 0; i < WISHES && !attacker.isOver(); i++) {
        socket.send(new Interest(i % 2 == 0 ? docId : "load-" + i % 40, null, true));
        attacker.pause(5);
      }
    }
  }

  /** An item of a client of its own that holds a long text. */
  private static byte[] largeUpdate(int client) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(LARGE + 32);
    out.writeBytes(new byte[] {1, 1, (byte) (client + 1), 0, 4, 1, 1, 'x'});
    int length = LARGE;
    while (length > 0x7f) {
      out.write(0x80 | (length & 0x7f));
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes("y".repeat(LARGE).getBytes(StandardCharsets.US_ASCII));
    out.write(0);
    return out.toByteArray();
  }

  static void textFlood(Attacker attacker) throws IOException {
    byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
    byte[] large = "x".repeat(LARGE).getBytes(StandardCharsets.US_ASCII);
    boolean reads = attacker.number() % 2 == 0;
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      if (reads) {
        socket.draining();
      }
      for (int i = 0; i < TEXTS_A_SESSION && !attacker.isOver(); i++) {
        socket.frame(RawSocket.TEXT, /* isLast= */ true, ping.length, ping);
        if (i % 100 == 0) {
          attacker.pause(5);
        }
        if (i % 1_000 == 0) {
          socket.frame(RawSocket.TEXT, /* isLast= */ true, large.length, large);
        }
      }
    }
  }

  static void churn(Attacker attacker) throws IOException {
    for (int i = 0; i < CONNECTIONS_A_SESSION && !attacker.isOver(); i++) {
      RawSocket socket = RawSocket.connect(attacker.address());
      try (socket) {
        socket.join(attacker.name() + "-" + i);
        socket.send(new Present(List.of(Trace.announcement("hostile-churn-" + i))));
        socket.reset();
      }
      attacker.pause(10);
    }
  }

  private static void nothing(Attacker attacker) {
    for (int i = 0; i < ROUNDS_OF_NOTHING && !attacker.isOver(); i++) {
      attacker.pause(MILLIS_OF_NOTHING);
    }
  }
}
