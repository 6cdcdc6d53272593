package org.kyneta.relay.wire;

import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;

/**
 * An offer with everything encoded that is the same for every connection, so that one offer for
 * many subscribers is encoded once. Holds the bytes of a large payload and not a copy of them.
 * Immutable.
 */
public final class EncodedOffer {

  /** Payloads up to this many bytes are copied, for one part instead of three. */
  private static final int SMALL = 1024;

  private static final byte[] NOTHING = {};
  private static final byte[] RECIPROCATE = new CborWriter(3).key("r").bool(true).toBytes();

  private final Offer offer;
  private final byte[] beforeData;
  private final byte[] data;
  private final byte[] afterData;
  private final byte[] docId;
  private final byte[] lineage;

  private EncodedOffer(Offer offer) {
    this.offer = offer;
    CborWriter out = new CborWriter(128);
    out.key("t").unsigned(MessageType.OFFER);
    out.key("pk").unsigned(offer.payload().kind() == Kind.ENTIRETY ? 0 : 1);
    out.key("pe").unsigned(offer.payload().encoding() == Encoding.JSON ? 0 : 1);
    out.key("d");
    byte[] content = content(offer.payload().data(), out);
    if (content.length <= SMALL) {
      beforeData = out.raw(content).key("v").text(offer.version()).toBytes();
      data = NOTHING;
      afterData = NOTHING;
    } else {
      beforeData = out.toBytes();
      data = content;
      afterData = new CborWriter(64).key("v").text(offer.version()).toBytes();
    }
    docId = new CborWriter(64).key("doc").text(offer.docId()).toBytes();
    String history = offer.payload().lineage();
    lineage = history == null ? NOTHING : new CborWriter(32).key("ln").text(history).toBytes();
  }

  /**
   * Encodes an offer.
   *
   * @throws IllegalArgumentException if a text of it has an unpaired surrogate
   */
  public static EncodedOffer of(Offer offer) {
    return new EncodedOffer(offer);
  }

  /** Returns the offer. */
  public Offer offer() {
    return offer;
  }

  /** Writes the head of a string and returns what is in it. */
  private static byte[] content(Data data, CborWriter out) {
    return switch (data) {
      case Text(String text) -> {
        byte[] utf8 = CborWriter.utf8(text);
        out.textHead(utf8.length);
        yield utf8;
      }
      case Bytes(byte[] bytes) -> {
        out.bytesHead(bytes.length);
        yield bytes;
      }
    };
  }

  /** The offer as it goes over a connection where its document has an alias, or -1 for none. */
  Body body(WireVersion version, int alias) {
    boolean hasLineage = version != WireVersion.V1 && lineage.length > 0;
    int fields = 6 + (offer.reciprocate() ? 1 : 0) + (hasLineage ? 1 : 0);
    byte[] document = alias < 0 ? docId : new CborWriter(8).key("dx").unsigned(alias).toBytes();
    return new Body(
        new CborWriter(1).mapHead(fields).toBytes(),
        beforeData,
        data,
        afterData,
        document,
        offer.reciprocate() ? RECIPROCATE : NOTHING,
        hasLineage ? lineage : NOTHING);
  }
}
