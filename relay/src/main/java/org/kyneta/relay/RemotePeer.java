package org.kyneta.relay;

import org.kyneta.relay.document.Peer;
import org.kyneta.relay.replica.Dialect;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireVersion;

/** The other side of an open connection, as documents see it. Thread-safe. */
final class RemotePeer implements Peer {

  private final Access access;
  private final Toll toll;
  private final Wire wire;
  private final Outbound outbound;

  /**
   * Makes one.
   *
   * @param access what it may do
   * @param toll counts what it costs
   * @param wire knows the version of the protocol that it speaks, once it has spoken
   * @param outbound takes what it is sent
   */
  RemotePeer(Access access, Toll toll, Wire wire, Outbound outbound) {
    this.access = access;
    this.toll = toll;
    this.wire = wire;
    this.outbound = outbound;
  }

  @Override
  public void answer(Message message) {
    toll.countBytes(Sizes.of(message));
    outbound.answer(message);
  }

  @Override
  public void change(Message message) {
    outbound.change(message);
  }

  @Override
  public void change(EncodedOffer offer) {
    outbound.change(offer);
  }

  @Override
  public boolean hasRoom() {
    return outbound.hasRoom();
  }

  @Override
  public boolean isGreedy() {
    return toll.isGreedy();
  }

  @Override
  public boolean maySee(String docId) {
    return Guarded.ask(() -> access.maySee(docId));
  }

  @Override
  public boolean mayWrite(String docId) {
    return Guarded.ask(() -> access.mayWrite(docId));
  }

  @Override
  public Dialect dialect() {
    return wire.version().orElse(WireVersion.V3) == WireVersion.V1 ? Dialect.V1 : Dialect.V3;
  }
}
