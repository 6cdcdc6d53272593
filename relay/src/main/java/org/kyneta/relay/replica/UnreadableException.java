package org.kyneta.relay.replica;

/** Thrown for a version or a payload that is not what its replica type prescribes. */
public final class UnreadableException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was expected, what was found and where; never a part of a payload
   */
  public UnreadableException(String message) {
    super(message);
  }
}
