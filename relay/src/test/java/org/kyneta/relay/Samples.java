package org.kyneta.relay;

import java.util.List;
import java.util.Set;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;

/** Documents and messages for tests. */
final class Samples {

  static final StoreMeta YJS = meta("yjs", SyncMode.COLLABORATIVE);
  static final StoreMeta LORO = meta("loro", SyncMode.COLLABORATIVE);
  static final StoreMeta PLAIN = meta("plain", SyncMode.AUTHORITATIVE);
  static final StoreMeta EPHEMERAL = meta("plain", SyncMode.EPHEMERAL);
  static final StoreMeta STATE = meta("state", SyncMode.EPHEMERAL);

  /** As clients of 1.5.0 have them. */
  static final StoreMeta OLD_YJS = StoreMeta.of(YJS.replicaType(), YJS.syncMode(), "00aa");

  static final StoreMeta OLD_PLAIN = StoreMeta.of(PLAIN.replicaType(), PLAIN.syncMode(), "00aa");

  static final String LINEAGE = "0123456789abcdef";
  static final String NOTHING_YJS = "AA==.0880945b4fab1be95aa0733055273845";

  private Samples() {}

  private static StoreMeta meta(String name, SyncMode mode) {
    return StoreMeta.of(new ReplicaType(name, 1, 0), mode, "02aa");
  }

  static Message.Document document(String docId, StoreMeta meta) {
    String hash = meta.schemaHash();
    return new Message.Document(docId, meta.replicaType(), meta.syncMode(), hash, Set.of(hash));
  }

  static Present present(String docId, StoreMeta meta) {
    return new Present(List.of(document(docId, meta)));
  }

  /** An offer of one batch, the so-manieth of the history, which sets a field. */
  static Offer plainOffer(String docId, int number, String value) {
    return new Offer(docId, plainBatch(value), LINEAGE + ":" + number, /* reciprocate= */ false);
  }

  static Payload plainBatch(String value) {
    String batch =
        "[[{\"path\":[{\"type\":\"field\",\"field\":\"title\"}],"
            + "\"change\":{\"type\":\"replace\",\"value\":\""
            + value
            + "\"}}]]";
    return Payload.json(Kind.SINCE, batch).withLineage(LINEAGE);
  }

  /** An interest in all of a plain document. */
  static Interest plainInterest(String docId) {
    return new Interest(docId, "kyneta.genesis:0", /* reciprocate= */ false);
  }

  /** The image of an ephemeral document. */
  static Payload image(String json) {
    return Payload.json(Kind.ENTIRETY, json);
  }

  /** The image of a state document. */
  static Payload state(String json) {
    return image(json).withLineage("kyneta.genesis");
  }

  static Payload update(YjsTyping typing, String text) {
    return Payload.binary(Kind.SINCE, typing.type(text));
  }

  static Offer yjsOffer(String docId, YjsTyping typing, String text) {
    return new Offer(docId, update(typing, text), NOTHING_YJS, /* reciprocate= */ false);
  }
}
