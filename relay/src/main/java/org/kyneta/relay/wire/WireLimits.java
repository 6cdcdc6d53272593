package org.kyneta.relay.wire;

import java.time.Duration;
import java.util.Objects;

/**
 * How much a connection may ask of us, and into what sizes we cut.
 *
 * @param messageBytes the largest payload of a frame that is not a fragment, in bytes, at least 1;
 *     larger ones are dropped. What a WebSocket message may be is this and {@link #FRAME_BYTES}
 * @param groups how many messages may be incomplete at a time, at least 1; one more evicts the
 *     oldest
 * @param groupBytes how many bytes of incomplete messages are kept in all, at least 1; more evict
 *     the oldest
 * @param groupAge how long an incomplete message may wait for its next fragment, more than 0
 * @param documents how many documents one message may announce, at least 1; schema hashes beside a
 *     document's own count like documents
 * @param aliasBytes about how many bytes of memory the names that a peer has given aliases may
 *     take, at least 1; a message that announces more is dropped
 * @param fragmentBytes the largest payload that is sent in one piece, in bytes, and the size of the
 *     pieces of larger ones; 0 to send everything in one piece
 */
public record WireLimits(
    int messageBytes,
    int groups,
    int groupBytes,
    Duration groupAge,
    int documents,
    int aliasBytes,
    int fragmentBytes) {

  /** How many bytes a frame may have beside its payload. */
  public static final int FRAME_BYTES = 18;

  private static final int MIB = 1024 * 1024;

  /** The limits of the original where it has them, and generous ones elsewhere. */
  public static final WireLimits DEFAULT =
      new WireLimits(64 * MIB, 32, 50 * MIB, Duration.ofSeconds(10), 200_000, 32 * MIB, 100 * 1024);

  /**
   * Checks the components.
   *
   * @throws NullPointerException if {@code groupAge} is null
   * @throws IllegalArgumentException if one is out of its range
   */
  public WireLimits {
    Objects.requireNonNull(groupAge, "groupAge");
    requireAtLeast(1, messageBytes, "messageBytes");
    requireAtLeast(1, groups, "groups");
    requireAtLeast(1, groupBytes, "groupBytes");
    requireAtLeast(1, documents, "documents");
    requireAtLeast(1, aliasBytes, "aliasBytes");
    requireAtLeast(0, fragmentBytes, "fragmentBytes");
    if (!groupAge.isPositive()) {
      throw new IllegalArgumentException("groupAge: expected more than 0, found " + groupAge);
    }
  }

  /**
   * Returns these limits with another size of the largest payload, in bytes. Incomplete messages
   * take no more than that then.
   */
  public WireLimits withMessageBytes(int value) {
    return new WireLimits(
        value, groups, Math.min(value, groupBytes), groupAge, documents, aliasBytes, fragmentBytes);
  }

  /** Returns these limits with another time after which nothing more of a message is expected. */
  public WireLimits withGroupAge(Duration value) {
    return new WireLimits(
        messageBytes, groups, groupBytes, value, documents, aliasBytes, fragmentBytes);
  }

  private static void requireAtLeast(int least, int found, String name) {
    if (found < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + ", found " + found);
    }
  }
}
