package org.kyneta.benchmarks.load;

import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.StoreRecord.Entry;

/** What offers hold. */
final class Contents {

  private Contents() {}

  /**
   * Takes what an offer holds into a replica and returns its bytes.
   *
   * @throws IllegalStateException if it is not a Yjs update
   */
  static byte[] take(Offer offer, Replica replica) {
    try {
      replica.hydrate(new Entry(offer.payload(), offer.version()));
    } catch (UnreadableException e) {
      throw new IllegalStateException(
          offer.docId() + ": the relay has sent a broken update: " + e.getMessage(), e);
    }
    return offer.payload().data() instanceof Bytes(byte[] bytes) ? bytes : new byte[0];
  }
}
