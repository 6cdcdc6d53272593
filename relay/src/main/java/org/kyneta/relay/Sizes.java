package org.kyneta.relay;

import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;

/** About how many bytes messages take. */
final class Sizes {

  private static final int SMALL = 128;

  /** A document that is announced has an id, a type and a hash or two. */
  private static final int ANNOUNCEMENT = 256;

  /** It becomes a task with several names. */
  private static final int ANNOUNCEMENT_TASK = 1_024;

  private Sizes() {}

  /** Returns about how many bytes a message takes in memory until it is sent. */
  static long of(Message message) {
    return of(message, ANNOUNCEMENT);
  }

  /** Returns about how many bytes a message takes in memory until it is done. */
  static long ofTask(Message message) {
    return of(message, ANNOUNCEMENT_TASK);
  }

  private static long of(Message message, int announcement) {
    return SMALL
        + switch (message) {
          case Offer offer ->
              switch (offer.payload().data()) {
                case Text(String text) -> text.length();
                case Bytes(byte[] bytes) -> bytes.length;
              };
          case Present present ->
              present.documents().stream().mapToLong(d -> announcement + d.docId().length()).sum();
          default -> 0;
        };
  }
}
