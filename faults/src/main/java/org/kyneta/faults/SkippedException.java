package org.kyneta.faults;

/**
 * A fault cannot be injected on this machine; the message says what is missing and how to get it.
 */
public final class SkippedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public SkippedException(String message) {
    super(message);
  }
}
