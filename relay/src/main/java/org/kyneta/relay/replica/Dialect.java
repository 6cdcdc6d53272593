package org.kyneta.relay.replica;

/** How versions are written, and what follows from it, for the clients of a document. */
public enum Dialect {
  /** As clients of 1.5.0, on wire version 1, write them. */
  V1,
  /** As clients of 2.3.2 and later, on wire version 3, write them. */
  V3
}
