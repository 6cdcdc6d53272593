package org.kyneta.relay.replica;

import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version of a Loro document: how far each peer's counter reaches.
 *
 * @param vector the counters above 0, by peer
 */
record LoroVersion(TreeMap<Long, Long> vector) {

  /** The largest counter, as Loro writes it. */
  private static final long LARGEST = 2L * Integer.MAX_VALUE;

  LoroVersion() {
    this(new TreeMap<>(Long::compareUnsigned));
  }

  LoroVersion copy() {
    return new LoroVersion(new TreeMap<>(vector));
  }

  static LoroVersion parse(String text) throws UnreadableException {
    BinaryInput in = new BinaryInput(decode(text));
    int count = in.count(2);
    LoroVersion version = new LoroVersion();
    for (int i = 0; i < count; i++) {
      long peer = in.unsigned64();
      long counter = in.unsigned();
      if ((counter & 1) != 0 || counter > LARGEST) {
        throw in.broken("a counter from 0 to 2^31 - 1");
      }
      version.raise(peer, counter / 2);
    }
    in.requireEnd();
    return version;
  }

  private static byte[] decode(String text) throws UnreadableException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(
          "expected a version vector in Base64, found %d other characters"
              .formatted(text.length()));
    }
  }

  /** Makes a peer's counter reach at least as far as this. */
  void raise(long peer, long counter) {
    if (counter > 0) {
      vector.merge(peer, counter, Math::max);
    }
  }

  /** Returns how far a peer's counter reaches. */
  long end(long peer) {
    return vector.getOrDefault(peer, 0L);
  }

  /** Whether this reaches as far as another version for every peer. */
  boolean covers(LoroVersion other) {
    for (Map.Entry<Long, Long> entry : other.vector.entrySet()) {
      if (end(entry.getKey()) < entry.getValue()) {
        return false;
      }
    }
    return true;
  }

  Relation relationTo(LoroVersion other) {
    if (covers(other)) {
      return other.covers(this) ? Relation.EQUAL : Relation.AHEAD;
    }
    return other.covers(this) ? Relation.BEHIND : Relation.CONCURRENT;
  }

  @Override
  public String toString() {
    BinaryOutput out = new BinaryOutput().unsigned(vector.size());
    vector.forEach((peer, counter) -> out.unsigned(peer).unsigned(2 * counter));
    return out.toBase64();
  }
}
