package org.kyneta.benchmarks.load;

import java.io.IOException;

/** What hostile clients do. */
enum Attack {
  /** Bytes at random, as a request and as messages. */
  RANDOM_BYTES(2),
  /** Damaged messages of real clients. */
  MUTATED_FRAMES(4),
  /** Lengths of frames, strings and lists that are far beyond what follows. */
  FALSE_LENGTHS(2),
  /** Messages in pieces of which the last never comes. */
  ENDLESS_FRAGMENTS(6),
  /** Values in values in values. */
  DEEP_NESTING(2),
  /** Presents of more and more documents; all together of a million. */
  MANY_DOCUMENTS(100),
  /** Interests in more and more documents. */
  MANY_INTERESTS(4),
  /** Wishes for large documents, of which nothing is ever read. */
  NEVER_READING(8),
  /** Texts without end, short ones that are answered and long ones. */
  TEXT_FLOOD(4),
  /** Connections on which nothing happens, before and after the handshake. */
  HALF_OPEN(100),
  /** Connections that come and go, as those of programs that crash. */
  CHURN(4),
  /** Requests that come byte by byte, or whose head never ends. */
  SLOW_HEADERS(50);

  private final int clients;

  Attack(int clients) {
    this.clients = clients;
  }

  /** Returns how many clients do so at a time. */
  int clients() {
    return clients;
  }

  /**
   * Connects and attacks, for some seconds at most.
   *
   * @throws IOException if the relay ends the connection
   */
  void session(Attacker attacker) throws IOException {
    switch (this) {
      case RANDOM_BYTES -> Attacks.randomBytes(attacker);
      case MUTATED_FRAMES -> Attacks.mutatedFrames(attacker);
      case FALSE_LENGTHS -> Attacks.falseLengths(attacker);
      case ENDLESS_FRAGMENTS -> Attacks.endlessFragments(attacker);
      case DEEP_NESTING -> Attacks.deepNesting(attacker);
      case MANY_DOCUMENTS -> Floods.manyDocuments(attacker);
      case MANY_INTERESTS -> Floods.manyInterests(attacker);
      case NEVER_READING -> Floods.neverReading(attacker);
      case TEXT_FLOOD -> Floods.textFlood(attacker);
      case HALF_OPEN -> Attacks.halfOpen(attacker);
      case CHURN -> Floods.churn(attacker);
      case SLOW_HEADERS -> Attacks.slowHeaders(attacker);
    }
  }
}
