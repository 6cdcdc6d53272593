package org.kyneta.relay.wire;

import static org.kyneta.relay.wire.MessageReader.require;

import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.WireException.Reason;

/** Reads the message that introduces a peer. */
final class EstablishReader {

  private @Nullable String peerId;
  private @Nullable String name;
  private @Nullable PeerKind kind;
  private boolean aliases;
  private int major = 1;
  private int minor;

  private EstablishReader() {}

  static Establish read(CborReader in, WireVersion version) throws WireException {
    EstablishReader reader = new EstablishReader();
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      reader.field(key, in, version);
    }
    return new Establish(
        require(reader.peerId, "establish", "id"),
        reader.name,
        require(reader.kind, "establish", "y"),
        reader.aliases,
        reader.major,
        reader.minor);
  }

  private void field(int key, CborReader in, WireVersion version) throws WireException {
    switch (key) {
      case Key.ID -> peerId = in.text();
      case Key.N -> name = in.text();
      case Key.Y -> kind = kind(in.text());
      case Key.F -> aliases = aliases(in);
      case Key.PV -> {
        if (version == WireVersion.V1) {
          in.skip();
        } else {
          in.array(2);
          major = in.smallUnsigned();
          minor = in.smallUnsigned();
        }
      }
      default -> in.skip();
    }
  }

  private static PeerKind kind(String text) throws WireException {
    return switch (text) {
      case "user" -> PeerKind.USER;
      case "bot" -> PeerKind.BOT;
      case "service" -> PeerKind.SERVICE;
      default ->
          throw new WireException(
              Reason.MESSAGE, "establish: expected user, bot or service in y, found another");
    };
  }

  private static boolean aliases(CborReader in) throws WireException {
    boolean found = false;
    CborMap map = in.map();
    for (int key = map.next(); key != Key.END; key = map.next()) {
      if (key == Key.A) {
        found = in.bool();
      } else {
        in.skip();
      }
    }
    return found;
  }
}
