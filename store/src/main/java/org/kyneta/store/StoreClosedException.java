package org.kyneta.store;

import java.io.Serial;

/** A store, or one of its cursors, was used after it had been closed. */
public final class StoreClosedException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param what what is closed, such as {@code the store}
   */
  public StoreClosedException(String what) {
    super(what + " is closed");
  }
}
