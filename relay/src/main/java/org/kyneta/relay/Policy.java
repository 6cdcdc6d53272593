package org.kyneta.relay;

import java.util.Optional;

/**
 * Decides who may connect, and what for. Asked after the relay's own checks of token and origin,
 * possibly by many threads at once. One that throws is taken to have refused.
 */
@FunctionalInterface
public interface Policy {

  /** Lets everybody do everything. */
  Policy OPEN = request -> Optional.of(Access.FULL);

  /**
   * Decides about a connection before it is made.
   *
   * @param request the request
   * @return what the connection may do, or empty to refuse it
   */
  Optional<Access> admit(ConnectionRequest request);
}
