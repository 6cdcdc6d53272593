package org.kyneta.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The root of what a store throws when it cannot do what it was asked, other than for a bug of its
 * caller ({@link IllegalArgumentException}, {@link NullPointerException}) and for use after close
 * ({@link StoreClosedException}).
 *
 * <p>Unless it is an {@link OutcomeUnknownException}, nothing has changed, on disk or in memory.
 */
public abstract class StoreException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what was expected, what was found, and where
   * @param cause what led to it, or null
   */
  protected StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
