package org.kyneta.relay;

/**
 * What one connection may do; without overriding anything, everything.
 *
 * <p>The methods are called by many threads, for every message and every document that is told of:
 * they must be quick, must not block for long, and should give the same answer throughout a
 * connection. One that throws is taken to have answered no.
 */
public interface Access {

  /** Access to everything. */
  Access FULL = new Access() {};

  /**
   * Returns whether the peer may join, now that it has said who it is. One that may not is never
   * answered.
   */
  default boolean mayJoin(PeerIdentity peer) {
    return true;
  }

  /** Returns whether the peer may know that a document exists, and read it. */
  default boolean maySee(String docId) {
    return true;
  }

  /** Returns whether the peer may change a document that it may see. */
  default boolean mayWrite(String docId) {
    return true;
  }
}
