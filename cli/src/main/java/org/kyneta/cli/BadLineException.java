package org.kyneta.cli;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A line of a dump is not what it must be; the message says what was expected and found. */
final class BadLineException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  BadLineException(String message) {
    this(message, null);
  }

  BadLineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
