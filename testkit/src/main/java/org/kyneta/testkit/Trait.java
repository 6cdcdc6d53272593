package org.kyneta.testkit;

/**
 * What a back end can do beyond what every store must.
 *
 * <p>A trait that is not declared leaves nothing out silently: the kit then asserts what its
 * description says instead, or reports the tests that need it as aborted, with the reason.
 */
public enum Trait {
  /**
   * A store that is closed and opened again holds what it held. Without it, it must be empty then.
   */
  PERSISTENT,

  /**
   * Several stores may be open over the same data at once, as several processes would have them.
   * Without it, stores that are open at once have nothing to do with each other, or opening the
   * second one is refused with {@link org.kyneta.store.StorageBusyException}.
   */
  SHARED,

  /**
   * A document id may hold U+0000. Without it, writing one must be refused as {@code
   * BACK_END_CAN_HOLD}, and reading one must be refused likewise or find nothing.
   */
  NUL_IN_IDS,

  /**
   * Metadata may hold U+0000 in its texts and names. Without it, writing such must be refused as
   * {@code BACK_END_CAN_HOLD}.
   */
  NUL_IN_METADATA,

  /**
   * Metadata may hold unpaired surrogates in its texts and names. Without it, writing such must be
   * refused as {@code BACK_END_CAN_HOLD}.
   */
  SURROGATES_IN_METADATA,

  /**
   * Metadata comes back with the order of its members and the digits of its numbers as they were
   * written. Without it, it must come back equal, which is a matter of meaning.
   */
  METADATA_AS_WRITTEN,

  /**
   * The records of a running write may be computed by reading from the store that is written to.
   * Without it, such a read must throw {@link IllegalStateException}.
   */
  NESTED_READS,

  /** {@link Backend#openNeighbour} is there. Without it, its tests are aborted. */
  NEIGHBOURS,

  /** {@link Backend#openFailing} is there. Without it, its tests are aborted. */
  FAULTS
}
