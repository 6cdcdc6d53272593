package org.kyneta.relay.replica;

import org.kyneta.store.StoreRecord.Entry;

/** What became of an offer. */
public sealed interface Merge {

  /**
   * Whether the offer showed that something before it is missing here: the peer must be asked with
   * an interest in this replica's version.
   */
  boolean incomplete();

  /** Which peers may hold something else than this replica though they were sent everything. */
  Doubt doubt();

  /** Peers, as seen from an offer. */
  enum Doubt {
    NONE,
    /** The one that has made the offer. */
    SENDER,
    /** All but the one that has made the offer. */
    OTHERS,
    ALL
  }

  /**
   * The offer held nothing new, or nothing that this replica may take over.
   *
   * @param incomplete whether something before the offer is missing
   * @param doubt who may hold something else
   */
  record Unchanged(boolean incomplete, Doubt doubt) implements Merge {

    /** Makes one that leaves no doubt. */
    public Unchanged(boolean incomplete) {
      this(incomplete, Doubt.NONE);
    }
  }

  /**
   * The replica has changed.
   *
   * @param stored what must be stored before anybody is told: what was learnt, and no more
   * @param replacesLast whether {@code stored} takes the place of the last stored entry, instead of
   *     following it
   * @param relayed what those who had everything before must be sent
   * @param incomplete whether something before the offer is missing
   * @param doubt who may hold something else
   */
  record Learned(Entry stored, boolean replacesLast, Entry relayed, boolean incomplete, Doubt doubt)
      implements Merge {

    /** Makes one that leaves no doubt. */
    public Learned(Entry stored, boolean replacesLast, Entry relayed, boolean incomplete) {
      this(stored, replacesLast, relayed, incomplete, Doubt.NONE);
    }
  }
}
