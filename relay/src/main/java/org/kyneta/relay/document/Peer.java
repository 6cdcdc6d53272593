package org.kyneta.relay.document;

import org.kyneta.relay.replica.Dialect;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;

/**
 * The other side of one connection, as documents see it. Called from many threads; no call blocks,
 * and none fails when the connection is gone.
 */
public interface Peer {

  /** Sends a message that the peer has caused itself, after what was sent before. */
  void answer(Message message);

  /** Sends a message that others have caused, after what was sent before. */
  void change(Message message);

  /** Sends an offer that others have caused, after what was sent before. */
  void change(EncodedOffer offer);

  /** Returns whether only little waits for the peer to read it. */
  boolean hasRoom();

  /** Returns whether the peer has lately used more than its share, so that others come first. */
  boolean isGreedy();

  /** Returns whether the peer may know that a document exists. */
  boolean maySee(String docId);

  /** Returns whether the peer may change a document. */
  boolean mayWrite(String docId);

  /** Returns how the peer writes versions. */
  Dialect dialect();
}
