package org.kyneta.relay.document;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.Store;

/** All documents of a relay. Thread-safe. */
public final class Documents {

  private final Hub hub;

  /**
   * Makes the documents of a store, of which none is read before a peer presents it.
   *
   * @param store where they are kept; it is not closed. One that is {@linkplain
   *     org.kyneta.store.SharedStore shared} may have other users
   * @param replicas makes replicas
   * @param settings how much is kept in memory
   * @param registry where what happens is counted
   * @throws org.kyneta.store.StorageException if the other users of a shared store cannot be heard
   */
  public Documents(Store store, Replicas replicas, Settings settings, MeterRegistry registry) {
    this.hub = new Hub(store, replicas, settings, new Meters(registry));
    if (hub.neighbours != null) {
      boolean met = false;
      try {
        hub.neighbours.meet();
        met = true;
      } finally {
        if (!met) {
          boolean unused = hub.close(Duration.ZERO);
        }
      }
    }
  }

  /** Takes in a peer whose connection is established. */
  public Membership join(Peer peer) {
    Membership membership = new Membership(peer, hub);
    hub.announcer.join(membership);
    return membership;
  }

  /**
   * Does what peers have asked for, and takes nothing more.
   *
   * @param patience how long that may take
   * @return whether all was done in time
   */
  public boolean close(Duration patience) {
    return hub.close(patience);
  }
}
