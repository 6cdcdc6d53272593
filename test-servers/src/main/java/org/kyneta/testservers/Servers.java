package org.kyneta.testservers;

import org.junit.jupiter.api.Assumptions;

/** What becomes of a test whose server cannot be had on this machine. */
public final class Servers {

  private Servers() {}

  /**
   * Skips the running test, saying how to get what it needs, unless that is there. Where the
   * environment has {@code CI}, the test fails instead.
   *
   * @param there whether it is there
   * @param what what is needed, such as "PgBouncer"
   * @param how how to get it, such as "apt-get install pgbouncer"
   * @throws AssertionError if it is not there, and nothing may be skipped
   * @throws org.opentest4j.TestAbortedException if it is not there otherwise
   */
  public static void require(boolean there, String what, String how) {
    if (!there) {
      throw missing(what, how);
    }
  }

  static RuntimeException missing(String what, String how) {
    String message = "this test needs " + what + ", which is not there: " + how;
    if (System.getenv("CI") != null) {
      throw new AssertionError(message);
    }
    return Assumptions.abort(message);
  }
}
