package org.kyneta.relay.replica;

import org.kyneta.store.StoreRecord.Entry;

/** What became of an offer. */
public sealed interface Merge {

  /**
   * Whether the offer showed that something before it is missing here: the peer must be asked with
   * an interest in this replica's version.
   */
  boolean incomplete();

  /**
   * The offer held nothing new, or nothing that this replica may take over.
   *
   * @param incomplete whether something before the offer is missing
   */
  record Unchanged(boolean incomplete) implements Merge {}

  /**
   * The replica has changed.
   *
   * @param stored what must be stored before anybody is told: what was learnt, and no more
   * @param replacesLast whether {@code stored} takes the place of the last stored entry, instead of
   *     following it
   * @param relayed what those who had everything before must be sent
   * @param incomplete whether something before the offer is missing
   */
  record Learned(Entry stored, boolean replacesLast, Entry relayed, boolean incomplete)
      implements Merge {}
}
