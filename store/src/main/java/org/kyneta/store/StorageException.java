package org.kyneta.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The storage below failed: an I/O error, a full disk, a refused access. Nothing was written. */
public class StorageException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what was expected, what was found, and where
   * @param cause what led to it, or null
   */
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
