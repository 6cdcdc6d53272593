package org.kyneta.relay.replica;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is deleted of a Yjs document, or what an update deletes: ranges of ticks, by client. */
final class YjsDeletions {

  private static final YjsRanges NONE = new YjsRanges();

  // The higher client first, as Yjs writes them.
  private final TreeMap<Long, YjsRanges> clients = new TreeMap<>(Comparator.reverseOrder());

  /** The hash of all deletions, as long as they do not change. */
  private @Nullable Fnv128 hash;

  boolean isEmpty() {
    return clients.isEmpty();
  }

  YjsRanges of(long client) {
    return clients.getOrDefault(client, NONE);
  }

  /** Adds ranges of a client and returns those parts that were not here. */
  YjsRanges add(long client, YjsRanges ranges) {
    YjsRanges learnt = new YjsRanges();
    if (!ranges.isEmpty()) {
      clients.computeIfAbsent(client, absent -> new YjsRanges()).addAll(ranges, learnt);
      if (!learnt.isEmpty()) {
        hash = null;
      }
    }
    return learnt;
  }

  void write(BinaryOutput out) {
    out.unsigned(clients.size());
    for (Map.Entry<Long, YjsRanges> entry : clients.entrySet()) {
      out.unsigned(entry.getKey());
      entry.getValue().write(out);
    }
  }

  /** Returns the hash of all deletions as they are written, to continue from. */
  Fnv128 hash() {
    if (hash == null) {
      BinaryOutput written = new BinaryOutput();
      write(written);
      hash = new Fnv128().add(written);
    }
    return new Fnv128(hash);
  }

  long footprint() {
    long sum = 100;
    for (YjsRanges ranges : clients.values()) {
      sum += 100 + ranges.footprint();
    }
    return sum;
  }
}
