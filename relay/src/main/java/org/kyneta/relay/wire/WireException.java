package org.kyneta.relay.wire;

/**
 * Thrown for a WebSocket message that is to be dropped: counted, logged, and forgotten. The
 * connection goes on. Has no stack trace, since what a peer sends must not cost more when it is
 * broken.
 */
public final class WireException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  WireException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Returns what is wrong, in one of few words. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong with a WebSocket message. */
  public enum Reason {
    /** It is shorter than its frame says, or its frame is of a type that does not exist. */
    FRAME,
    /** Its wire version is unknown, or is not the one that the connection began with. */
    VERSION,
    /** It is a fragment that contradicts those before it, or repeats one. */
    FRAGMENT,
    /** It, or what it adds to, is larger than the connection's limits allow. */
    LIMIT,
    /** Its payload is not CBOR of the protocol's kind. */
    CBOR,
    /** Its payload is none of the protocol's messages. */
    MESSAGE,
    /** It refers to an alias that was never announced. */
    ALIAS
  }
}
