package org.kyneta.relay;

import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks what the embedding program decides; what throws has answered no. */
final class Guarded {

  private static final Logger LOG = LoggerFactory.getLogger(Guarded.class);

  private Guarded() {}

  static boolean ask(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (RuntimeException | Error e) {
      LOG.error("a policy has failed, which is taken for a no", e);
      return false;
    }
  }
}
