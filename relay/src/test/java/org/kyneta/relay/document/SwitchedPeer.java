package org.kyneta.relay.document;

import org.kyneta.relay.replica.Dialect;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;

/** A peer that may do everything, is greedy when the test says so, and listens to nothing. */
class SwitchedPeer implements Peer {

  volatile boolean greedy;

  @Override
  public void answer(Message message) {}

  @Override
  public void change(Message message) {}

  @Override
  public void change(EncodedOffer offer) {}

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public boolean isGreedy() {
    return greedy;
  }

  @Override
  public boolean maySee(String docId) {
    return true;
  }

  @Override
  public boolean mayWrite(String docId) {
    return true;
  }

  @Override
  public Dialect dialect() {
    return Dialect.V3;
  }
}
