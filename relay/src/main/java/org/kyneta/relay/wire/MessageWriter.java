package org.kyneta.relay.wire;

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
import org.kyneta.store.SyncMode;
import org.kyneta.store.SyncMode.Delivery;
import org.kyneta.store.SyncMode.WriterModel;

/** Makes CBOR of messages, with aliases where both sides understand them. */
final class MessageWriter {

  private final OutboundAliases aliases;

  MessageWriter(OutboundAliases aliases) {
    this.aliases = aliases;
  }

  /**
   * Encodes a message.
   *
   * @param mutual whether both sides understand aliases
   */
  Body write(Message message, WireVersion version, boolean mutual) {
    return switch (message) {
      case Establish establish -> establish(establish, version);
      case Depart depart -> new Body(start(1, MessageType.DEPART, 4).toBytes());
      case Present present -> present(present, mutual);
      case Interest interest -> interest(interest, mutual);
      case Offer offer -> write(EncodedOffer.of(offer), version, mutual);
      case Dismiss dismiss -> onlyDocument(MessageType.DISMISS, dismiss.docId(), mutual);
      case Vacant vacant -> onlyDocument(MessageType.VACANT, vacant.docId(), mutual);
    };
  }

  Body write(EncodedOffer offer, WireVersion version, boolean mutual) {
    return offer.body(
        version, mutual ? aliases.document(offer.offer().docId()) : OutboundAliases.NONE);
  }

  private static CborWriter start(int fields, int type, int capacity) {
    return new CborWriter(capacity).mapHead(fields).key("t").unsigned(type);
  }

  private static Body establish(Establish establish, WireVersion version) {
    String name = establish.name();
    boolean hasVersion =
        version != WireVersion.V1 && (establish.major() != 1 || establish.minor() != 0);
    int fields = 3 + (name == null ? 0 : 1) + (establish.aliases() ? 1 : 0) + (hasVersion ? 1 : 0);
    CborWriter out = start(fields, MessageType.ESTABLISH, 64);
    out.key("id").text(establish.peerId());
    if (name != null) {
      out.key("n").text(name);
    }
    out.key("y").text(kind(establish.kind()));
    if (establish.aliases()) {
      out.key("f").mapHead(1).key("a").bool(true);
    }
    if (hasVersion) {
      out.key("pv").arrayHead(2).unsigned(establish.major()).unsigned(establish.minor());
    }
    return new Body(out.toBytes());
  }

  private static String kind(PeerKind kind) {
    return switch (kind) {
      case USER -> "user";
      case BOT -> "bot";
      case SERVICE -> "service";
    };
  }

  private Body present(Present present, boolean mutual) {
    int count = present.documents().size();
    CborWriter out = start(2, MessageType.PRESENT, 128);
    out.key("docs").arrayHead(count);
    for (Document document : present.documents()) {
      document(out, document, mutual);
    }
    return new Body(out.toBytes());
  }

  private void document(CborWriter out, Document document, boolean mutual) {
    String hash = document.schemaHash();
    Set<String> supported = document.supportedHashes();
    int knownHash = aliases.schemaHash(hash);
    int givenHash = knownHash >= 0 ? OutboundAliases.NONE : aliases.giveSchemaHash(hash);
    int alias = aliases.giveDocument(document.docId());
    out.mapHead(
        4 + (alias >= 0 ? 1 : 0) + (givenHash >= 0 ? 1 : 0) + (supported.size() > 1 ? 1 : 0));
    out.key("d").text(document.docId());
    if (alias >= 0) {
      out.key("a").unsigned(alias);
    }
    out.key("rt").arrayHead(3).text(document.type().name());
    out.unsigned(document.type().major()).unsigned(document.type().minor());
    out.key("ms").unsigned(mode(document.mode()));
    if (mutual && knownHash >= 0) {
      out.key("shx").unsigned(knownHash);
    } else {
      out.key("sh").text(hash);
    }
    if (givenHash >= 0) {
      out.key("sa").unsigned(givenHash);
    }
    if (supported.size() > 1) {
      out.key("shs").arrayHead(supported.size());
      supported.forEach(out::text);
    }
  }

  private static int mode(SyncMode mode) {
    if (mode.writerModel() == WriterModel.SERIALIZED) {
      return 1;
    }
    return mode.delivery() == Delivery.DELTA_CAPABLE ? 0 : 2;
  }

  private Body interest(Interest interest, boolean mutual) {
    String version = interest.version();
    CborWriter out = start(version == null ? 3 : 4, MessageType.INTEREST, 96);
    document(out, interest.docId(), mutual);
    if (version != null) {
      out.key("v").text(version);
    }
    out.key("r").bool(interest.reciprocate());
    return new Body(out.toBytes());
  }

  private Body onlyDocument(int type, String docId, boolean mutual) {
    CborWriter out = start(2, type, 64);
    document(out, docId, mutual);
    return new Body(out.toBytes());
  }

  private void document(CborWriter out, String docId, boolean mutual) {
    int alias = mutual ? aliases.document(docId) : OutboundAliases.NONE;
    if (alias < 0) {
      out.key("doc").text(docId);
    } else {
      out.key("dx").unsigned(alias);
    }
  }
}
