package org.kyneta.relay.document;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of documents is kept, and for how long.
 *
 * @param documents how many documents may be known at a time, at least 1; further ones are refused
 * @param documentsPerPeer how many documents one peer may have at a time, at least 1
 * @param residentBytes about how many bytes all replicas in memory may take together, at least 1;
 *     those that were used least recently leave memory
 * @param idle after what time without use a replica leaves memory, more than 0
 * @param compaction when streams are compacted
 */
public record Settings(
    int documents,
    int documentsPerPeer,
    long residentBytes,
    Duration idle,
    CompactionPolicy compaction) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Settings {
    Objects.requireNonNull(compaction, "compaction");
    if (documents < 1 || documentsPerPeer < 1 || residentBytes < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 each, found %d documents, %d a peer, %d resident bytes"
              .formatted(documents, documentsPerPeer, residentBytes));
    }
    if (!idle.isPositive()) {
      throw new IllegalArgumentException("expected an idle time above 0, found " + idle);
    }
  }
}
