package org.kyneta.relay;

import org.jspecify.annotations.Nullable;

/**
 * Who a peer says it is. Nothing of it is proven. Immutable.
 *
 * @param id its id
 * @param name a name for people, or null
 * @param kind what it is
 */
public record PeerIdentity(String id, @Nullable String name, Kind kind) {

  /** What a peer is. */
  public enum Kind {
    /** A person's program. */
    USER,
    /** A program that acts on its own. */
    BOT,
    /** A server. */
    SERVICE
  }
}
