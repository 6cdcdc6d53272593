package org.kyneta.relay.replica;

/** Thrown for a change that does not fit what it is meant to change, before it changed anything. */
final class InapplicableException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception; it has no stack trace, as a document may hold thousands of such changes.
   */
  InapplicableException(String message) {
    super(message, null, false, false);
  }
}
