package org.kyneta.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The storage had no room for the operation now: a lock was not to be had in time, or too many
 * cursors are open. Nothing was written, and the same call may succeed later.
 */
public final class StorageBusyException extends StorageException {

  @Serial private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param message what was waited for, for how long, and where
   * @param cause what led to it, or null
   */
  public StorageBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
