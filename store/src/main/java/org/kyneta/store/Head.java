package org.kyneta.store;

import java.io.Serializable;
import java.util.Objects;

/**
 * An opaque value that names a state of one document's stream in one store.
 *
 * <p>Two heads of one document are equal when they name the same state. A head may be kept, sent
 * and compared as its text; nothing else may be concluded from it, and heads of different stores or
 * different documents have nothing to do with each other.
 *
 * @param value the text, never empty
 */
public record Head(String value) implements Serializable {

  /** The head of a document that does not exist. */
  public static final Head ABSENT = new Head("absent");

  /**
   * Checks the text.
   *
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is empty
   */
  public Head {
    if (Objects.requireNonNull(value, "value").isEmpty()) {
      throw new IllegalArgumentException("expected a head's text, found an empty one");
    }
  }

  /** Returns the text. */
  @Override
  public String toString() {
    return value;
  }
}
