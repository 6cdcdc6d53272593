package org.kyneta.cli;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked; the message is all that its user needs. */
final class Failure extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  Failure(String message) {
    this(message, null);
  }

  Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
