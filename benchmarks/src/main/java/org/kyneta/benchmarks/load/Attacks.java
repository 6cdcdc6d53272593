package org.kyneta.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** Attacks by what is malformed, and by what never ends. */
final class Attacks {

  private static final int MESSAGES_A_SESSION = 200;
  private static final int MILLIS_BETWEEN_MESSAGES = 2;
  private static final int DEEP = 100_000;
  private static final int FRAGMENT_BYTES = 100 << 10;
  private static final int FRAGMENTS_A_SESSION = 700;
  private static final int ROUNDS_OF_NOTHING = 100;
  private static final int MILLIS_OF_NOTHING = 100;

  private Attacks() {}

  static void randomBytes(Attacker attacker) throws IOException {
    Random random = attacker.random();
    try (RawSocket socket = RawSocket.connect(attacker.address())) {
      socket.write(attacker.randomBytes(random.nextInt(1, 4_096)));
    }
    try (RawSocket socket = RawSocket.connect(attacker.address()).upgrade().draining()) {
      for (int i = 0; i < MESSAGES_A_SESSION && !attacker.isOver(); i++) {
        byte[] bytes = attacker.randomBytes(random.nextInt(1, 4_096));
        // With the right first bytes some of them are taken for frames.
        bytes[0] = random.nextBoolean() ? 3 : bytes[0];
        socket.binary(bytes);
        attacker.pause(MILLIS_BETWEEN_MESSAGES);
      }
      socket.write(attacker.randomBytes(1_024));
    }
  }

  static void mutatedFrames(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      for (int i = 0; i < MESSAGES_A_SESSION && !attacker.isOver(); i++) {
        boolean isWhole = attacker.random().nextInt(4) == 0;
        socket.binary(
            isWhole
                ? attacker.captures().frame(i % attacker.captures().count())
                : attacker.captures().mutated(attacker.random()));
        attacker.pause(MILLIS_BETWEEN_MESSAGES);
      }
    }
  }

  static void falseLengths(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      for (String payload :
          List.of(
              "a2617412" + "6164" + "5bffffffffffffffff",
              "a2617412" + "6164" + "5b7fffffffffffffff",
              "a2617412" + "6164" + "5affffffff",
              "a2617410" + "64646f6373" + "9affffffff",
              "a2617410" + "64646f6373" + "9b7fffffffffffffff",
              "bbffffffffffffffff",
              "a1" + "7affffffff")) {
        socket.binary(frame(HexFormat.of().parseHex(payload)));
      }
      socket.binary(HexFormat.of().parseHex("0300ffffffff00000001a0"));
      socket.binary(HexFormat.of().parseHex("03010000000100000001" + "0000ffffffffffff00"));
      socket.binary(HexFormat.of().parseHex("03017fffffff00000002" + "0000ffff7fffffff00"));
      int length = 48 << 20;
      socket.frame(RawSocket.BINARY, /* isLast= */ true, length, new byte[64 << 10]);
      attacker.pause(1_000);
      socket.write(new byte[64 << 10]);
    }
    try (RawSocket socket = RawSocket.connect(attacker.address()).upgrade().draining()) {
      socket.frame(RawSocket.BINARY, /* isLast= */ true, Long.MAX_VALUE / 2, new byte[1]);
      attacker.pause(500);
    }
  }

  /** Pieces of messages of the protocol's own, then pieces of a message of WebSocket. */
  static void endlessFragments(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      byte[] chunk = new byte[FRAGMENT_BYTES];
      for (int i = 0; i < FRAGMENTS_A_SESSION && !attacker.isOver(); i++) {
        ByteBuffer frame = ByteBuffer.allocate(18 + chunk.length);
        frame.put((byte) 3).put((byte) 1).putInt(chunk.length).putInt(i / 100);
        frame.putShort((short) (i % 100)).putShort((short) 101).putInt(101 * chunk.length);
        socket.binary(frame.put(chunk).array());
        attacker.pause(MILLIS_BETWEEN_MESSAGES);
      }
      attacker.pause(1_000);
      socket.frame(RawSocket.BINARY, /* isLast= */ false, chunk.length, chunk);
      for (int i = 0; i < FRAGMENTS_A_SESSION && !attacker.isOver(); i++) {
        socket.frame(RawSocket.CONTINUATION, /* isLast= */ false, chunk.length, chunk);
        attacker.pause(MILLIS_BETWEEN_MESSAGES);
      }
      attacker.pause(1_000);
    }
  }

  static void deepNesting(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address()).join(attacker.name())) {
      socket.draining();
      socket.binary(frame(nested(HexFormat.of().parseHex("a16178"), (byte) 0x81)));
      socket.binary(frame(nested(HexFormat.of().parseHex("a26174106178"), (byte) 0x81)));
      byte[] maps = new byte[3 * DEEP];
      for (int i = 0; i < maps.length; i += 3) {
        maps[i] = (byte) 0xa1;
        maps[i + 1] = 0x61;
        maps[i + 2] = 'x';
      }
      socket.binary(frame(maps));
      String hash = "02fe3debf1353e5b98f537ea8305b60aa6";
      ReplicaType plain = new ReplicaType("plain", 1, 0);
      String docId = attacker.name();
      socket.send(
          new Present(
              List.of(
                  new Message.Document(docId, plain, SyncMode.AUTHORITATIVE, hash, Set.of(hash)))));
      String json = "[".repeat(DEEP);
      socket.send(new Offer(docId, Payload.json(Kind.SINCE, json), "0123456789abcdef:1", false));
      String digits = "[[{\"path\":[],\"change\":{\"type\":\"replace\",\"value\":";
      socket.send(
          new Offer(
              docId,
              Payload.json(Kind.SINCE, digits + "9".repeat(DEEP) + "}}]]"),
              "0123456789abcdef:1",
              false));
      // A Yjs update whose one item holds an object in an object in an object.
      byte[] head = HexFormat.of().parseHex("01" + "0101" + "00" + "08" + "0101" + "61" + "01");
      socket.send(new Present(List.of(Trace.announcement(docId + "-yjs"))));
      byte[] update = nested(head, (byte) 117, (byte) 1);
      socket.send(new Offer(docId + "-yjs", Payload.binary(Kind.SINCE, update), "AA==", false));
      attacker.pause(200);
    }
  }

  private static byte[] nested(byte[] head, byte... again) {
    byte[] bytes = Arrays.copyOf(head, head.length + again.length * DEEP);
    for (int i = head.length; i < bytes.length; i++) {
      bytes[i] = again[(i - head.length) % again.length];
    }
    return bytes;
  }

  private static byte[] frame(byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(10 + payload.length);
    return frame.put((byte) 3).put((byte) 0).putInt(payload.length).putInt(1).put(payload).array();
  }

  static void halfOpen(Attacker attacker) throws IOException {
    try (RawSocket socket = RawSocket.connect(attacker.address())) {
      if (attacker.number() % 2 == 0) {
        socket.upgrade();
      }
      for (int i = 0; i < ROUNDS_OF_NOTHING && !attacker.isOver(); i++) {
        attacker.pause(MILLIS_OF_NOTHING);
      }
      if (attacker.number() % 4 == 1) {
        socket.reset();
      }
    }
  }

  static void slowHeaders(Attacker attacker) throws IOException {
    byte[] head = Handshake.request(attacker.address()).getBytes(StandardCharsets.ISO_8859_1);
    byte[] line = "X-Slow: %s\r\n".formatted("a".repeat(100)).getBytes(StandardCharsets.US_ASCII);
    try (RawSocket socket = RawSocket.connect(attacker.address())) {
      boolean isEndless = attacker.number() % 2 == 0;
      socket.write(Arrays.copyOf(head, head.length - 2));
      for (int i = 0; i < ROUNDS_OF_NOTHING && !attacker.isOver(); i++) {
        socket.write(isEndless ? line : new byte[] {line[i % 8]});
        attacker.pause(MILLIS_OF_NOTHING);
      }
    }
  }
}
