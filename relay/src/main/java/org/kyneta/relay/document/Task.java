package org.kyneta.relay.document;

import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Message;
import org.kyneta.store.Position;

/** What waits in a document's mailbox. */
sealed interface Task {

  /** What a peer has sent. */
  sealed interface FromPeer extends Task {

    Peer peer();

    Receipt receipt();
  }

  /** A peer has the document. */
  record Presented(Peer peer, Message.Document document, Receipt receipt) implements FromPeer {}

  /** A peer wants the document's content. */
  record Interested(Peer peer, @Nullable String version, boolean reciprocate, Receipt receipt)
      implements FromPeer {}

  /** A peer gives content. */
  record Offered(Peer peer, Message.Offer offer, Receipt receipt) implements FromPeer {}

  /** A peer does not have the document any more. */
  record Dismissed(Peer peer, Receipt receipt) implements FromPeer {}

  /** What the relay does of itself. */
  sealed interface Own extends Task {}

  /** A peer's connection is gone. */
  record Left(Peer peer) implements Own {}

  /**
   * The content is to leave memory.
   *
   * @param lastUse when it was used last as the one who asks knows it, in ticks of {@link
   *     Residents}: if it was used since, it stays
   */
  record Unload(long lastUse) implements Own {}

  /**
   * Somebody else may have written to the document's stream.
   *
   * @param reached a position that the stream has reached
   */
  record Foreign(Position reached) implements Own {}

  /** It is time to look whether the document rests. */
  record Rest() implements Own {}

  /** It is time to try again what the storage has failed at. */
  record Retry() implements Own {}
}
