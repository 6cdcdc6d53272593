package org.kyneta.relay.document;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Thrown for a stored document that the relay cannot serve until somebody has mended it. */
public final class RefusedException extends Exception {

  @Serial private static final long serialVersionUID = 1;

  RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
