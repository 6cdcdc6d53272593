package org.kyneta.relay.document;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a timer does again and again: a timer ends what throws, and this goes on and logs it. */
public final class Recurring implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

  private final String what;
  private final Runnable action;

  /**
   * Makes one.
   *
   * @param what what is done, for the log
   * @param action does it once
   */
  public Recurring(String what, Runnable action) {
    this.what = what;
    this.action = action;
  }

  /** Does it once; never throws. */
  @Override
  public void run() {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      LOG.error("{} has failed, which is done again later", what, e);
    }
  }
}
