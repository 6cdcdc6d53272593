package org.kyneta.relay.wire;

import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireException.Reason;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;

/** Makes messages of CBOR, aliases resolved. What is unknown is passed over. */
final class MessageReader {

  private final WireLimits limits;
  private final InboundAliases aliases;

  MessageReader(WireLimits limits) {
    this.limits = limits;
    this.aliases = new InboundAliases(limits.aliasBytes());
  }

  /** Returns about how many bytes of memory the names take that were given aliases. */
  long aliasBytes() {
    return aliases.bytes();
  }

  void forgetAliases() {
    aliases.clear();
  }

  Message read(CborReader in, WireVersion version) throws WireException {
    int start = in.position();
    int type = type(in);
    in.position(start);
    try {
      Message message =
          switch (type) {
            case MessageType.ESTABLISH -> EstablishReader.read(in, version);
            case MessageType.DEPART -> depart(in);
            case MessageType.PRESENT -> new PresentReader(aliases, limits.documents()).read(in);
            case MessageType.INTEREST -> interest(in);
            case MessageType.OFFER -> offer(in, version);
            case MessageType.DISMISS -> new Dismiss(onlyDocument(in, "dismiss"));
            case MessageType.VACANT -> {
              if (version == WireVersion.V1) {
                throw unknownType(type);
              }
              yield new Vacant(onlyDocument(in, "vacant"));
            }
            default -> throw unknownType(type);
          };
      in.requireEnd();
      return message;
    } catch (IllegalArgumentException e) {
      // The messages themselves know how long their texts may be.
      throw new WireException(Reason.MESSAGE, String.valueOf(e.getMessage()));
    }
  }

  private static WireException unknownType(int type) {
    return new WireException(Reason.MESSAGE, "message: expected a known type, found " + type);
  }

  /** Finds the type, which every sender writes first but need not. */
  private static int type(CborReader in) throws WireException {
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      if (key == Key.T) {
        return in.smallUnsigned();
      }
      in.skip();
    }
    throw missing("message", "t");
  }

  private static Depart depart(CborReader in) throws WireException {
    CborMap map = in.map();
    while (map.next() != Key.END) {
      in.skip();
    }
    return new Depart();
  }

  private String onlyDocument(CborReader in, String message) throws WireException {
    CborMap map = in.map();
    String docId = null;
    for (int key = map.next(); key != Key.END; key = map.next()) {
      switch (key) {
        case Key.DOC, Key.DX -> docId = document(in, key, docId, message);
        default -> in.skip();
      }
    }
    return require(docId, message, "doc or dx");
  }

  private Interest interest(CborReader in) throws WireException {
    CborMap map = in.map();
    String docId = null;
    String version = null;
    boolean reciprocate = false;
    for (int key = map.next(); key != Key.END; key = map.next()) {
      switch (key) {
        case Key.DOC, Key.DX -> docId = document(in, key, docId, "interest");
        case Key.V -> version = in.text();
        case Key.R -> reciprocate = in.bool();
        default -> in.skip();
      }
    }
    return new Interest(require(docId, "interest", "doc or dx"), version, reciprocate);
  }

  private Offer offer(CborReader in, WireVersion wireVersion) throws WireException {
    CborMap map = in.map();
    String docId = null;
    String version = null;
    boolean reciprocate = false;
    Kind kind = null;
    Encoding encoding = null;
    Data data = null;
    String lineage = null;
    for (int key = map.next(); key != Key.END; key = map.next()) {
      switch (key) {
        case Key.DOC, Key.DX -> docId = document(in, key, docId, "offer");
        case Key.V -> version = in.text();
        case Key.R -> reciprocate = in.bool();
        case Key.PK -> kind = bit(in, "pk") == 0 ? Kind.ENTIRETY : Kind.SINCE;
        case Key.PE -> encoding = bit(in, "pe") == 0 ? Encoding.JSON : Encoding.BINARY;
        case Key.D -> data = in.atText() ? new Text(in.text()) : new Bytes(in.byteString());
        case Key.LN -> lineage = lineage(in, wireVersion);
        default -> in.skip();
      }
    }
    Payload payload =
        new Payload(
            require(kind, "offer", "pk"),
            require(encoding, "offer", "pe"),
            require(data, "offer", "d"),
            lineage);
    return new Offer(
        require(docId, "offer", "doc or dx"), payload, require(version, "offer", "v"), reciprocate);
  }

  /** Wire version 1 knows no lineage: there it is a key like any unknown one. */
  private static @Nullable String lineage(CborReader in, WireVersion version) throws WireException {
    if (version == WireVersion.V1) {
      in.skip();
      return null;
    }
    return in.text();
  }

  private static int bit(CborReader in, String key) throws WireException {
    long value = in.unsigned();
    if (value > 1) {
      throw new WireException(Reason.MESSAGE, "offer: expected 0 or 1 in " + key);
    }
    return (int) value;
  }

  private String document(CborReader in, int key, @Nullable String before, String message)
      throws WireException {
    if (before != null) {
      throw new WireException(Reason.MESSAGE, message + ": expected doc or dx, found both");
    }
    return key == Key.DOC ? in.text() : aliases.document(in.unsigned());
  }

  static <T> T require(@Nullable T value, String message, String key) throws WireException {
    if (value == null) {
      throw missing(message, key);
    }
    return value;
  }

  private static WireException missing(String message, String key) {
    return new WireException(Reason.MESSAGE, message + ": expected " + key + ", found none");
  }
}
