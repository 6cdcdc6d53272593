package org.kyneta.relay.replica;

/** How one version of a document relates to another. */
public enum Relation {
  /** The other contains everything of the one and more. */
  BEHIND,
  /** Both contain the same. */
  EQUAL,
  /** The one contains everything of the other and more. */
  AHEAD,
  /** Each contains something that the other does not. */
  CONCURRENT
}
