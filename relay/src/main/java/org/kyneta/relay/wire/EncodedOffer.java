package org.kyneta.relay.wire;

import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;

/**
 * An offer with everything encoded that is the same for every connection, so that one offer for
 * many subscribers is encoded once. Holds the payload's bytes and not a copy of them. Immutable.
 */
public final class EncodedOffer {

  private final Offer offer;
  private final byte[] beforeData;
  private final byte[] data;
  private final byte[] afterData;
  private final byte[] docId;
  private final byte[] reciprocate;
  private final byte[] lineage;

  private EncodedOffer(Offer offer) {
    this.offer = offer;
    CborWriter out = new CborWriter(32);
    out.key("t").unsigned(MessageType.OFFER);
    out.key("pk").unsigned(offer.payload().kind() == Kind.ENTIRETY ? 0 : 1);
    out.key("pe").unsigned(offer.payload().encoding() == Encoding.JSON ? 0 : 1);
    out.key("d");
    switch (offer.payload().data()) {
      case Text(String text) -> {
        data = CborWriter.utf8(text);
        out.textHead(data.length);
      }
      case Bytes(byte[] bytes) -> {
        data = bytes;
        out.bytesHead(data.length);
      }
    }
    beforeData = out.toBytes();
    afterData = new CborWriter(64).key("v").text(offer.version()).toBytes();
    docId = new CborWriter(64).key("doc").text(offer.docId()).toBytes();
    reciprocate =
        offer.reciprocate() ? new CborWriter(4).key("r").bool(true).toBytes() : new byte[0];
    String history = offer.payload().lineage();
    lineage = history == null ? new byte[0] : new CborWriter(32).key("ln").text(history).toBytes();
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

  /** The offer as it goes over a connection where its document has an alias, or -1 for none. */
  Body body(WireVersion version, int alias) {
    boolean hasLineage = version != WireVersion.V1 && lineage.length > 0;
    int fields = 6 + (reciprocate.length > 0 ? 1 : 0) + (hasLineage ? 1 : 0);
    byte[] document = alias < 0 ? docId : new CborWriter(8).key("dx").unsigned(alias).toBytes();
    return new Body(
        new CborWriter(1).mapHead(fields).toBytes(),
        beforeData,
        data,
        afterData,
        document,
        reciprocate,
        hasLineage ? lineage : new byte[0]);
  }
}
