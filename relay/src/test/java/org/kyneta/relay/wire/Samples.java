package org.kyneta.relay.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** Messages of every kind, and the frames of a session that says them. */
final class Samples {

  static final String HASH = "02fe3debf1353e5b98f537ea8305b60aa6";

  private Samples() {}

  static Establish establish(boolean aliases) {
    return new Establish("alice", null, PeerKind.USER, aliases, 1, 0);
  }

  static Document document(String docId, String hash) {
    return new Document(
        docId, new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, hash, Set.of(hash));
  }

  static Offer offer(String docId, byte... bytes) {
    return new Offer(docId, Payload.binary(Kind.SINCE, bytes), "AQAD", false);
  }

  static List<Message> messages() {
    return List.of(
        new Establish("alice", "Alice Ärmel", PeerKind.USER, true, 2, 7),
        new Present(
            List.of(
                document("doc-1", HASH),
                new Document(
                    "doc-ü/😀",
                    new ReplicaType("plain", 1, 3),
                    SyncMode.AUTHORITATIVE,
                    HASH,
                    Set.of(HASH, "00")))),
        new Interest("doc-1", "AQAD.66ad33f14a757277b806e89d2ca401bf", true),
        new Interest("elsewhere", null, false),
        offer("doc-1", new byte[300]),
        new Offer(
            "doc-2",
            Payload.json(Kind.ENTIRETY, "{\"title\":\"Grüße 😀\"}"),
            "kyneta.genesis:0",
            true),
        new Offer(
            "doc-1", Payload.json(Kind.SINCE, "[]").withLineage("8696f2f5406b92c7"), "8:5", false),
        new Dismiss("doc-1"),
        new Vacant("doc-2"),
        new Depart());
  }

  /** The frames of all messages, as a client of that version sends them. */
  static List<byte[]> frames(WireVersion version, WireLimits limits) throws WireException {
    Wire client = Wire.client(version, limits, System::nanoTime);
    Wire server = Wire.client(version, limits, System::nanoTime);
    for (ByteBuffer frame : server.encode(establish(true))) {
      client.accept(frame);
    }
    List<byte[]> frames = new ArrayList<>();
    for (Message message : messages()) {
      client.encode(message).forEach(frame -> frames.add(bytes(frame)));
    }
    return frames;
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
