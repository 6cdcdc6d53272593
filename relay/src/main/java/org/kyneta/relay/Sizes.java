package org.kyneta.relay;

import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;

/** About how many bytes messages take. */
final class Sizes {

  private static final int SMALL = 128;

  /** A document that is announced becomes a task with several names, and a thread that does it. */
  private static final int ANNOUNCEMENT = 2_048;

  private Sizes() {}

  /** Returns about how many bytes a message takes in memory and on the wire. */
  static long of(Message message) {
    return SMALL
        + switch (message) {
          case Offer offer ->
              switch (offer.payload().data()) {
                case Text(String text) -> text.length();
                case Bytes(byte[] bytes) -> bytes.length;
              };
          case Present present ->
              present.documents().stream().mapToLong(d -> ANNOUNCEMENT + d.docId().length()).sum();
          default -> 0;
        };
  }
}
