package org.kyneta.relay.replica;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is deleted of a Yjs document, or what an update deletes: ranges of ticks, by client. */
final class YjsDeletions {

  private static final TickRanges NONE = new TickRanges();

  // The higher client first, as Yjs writes them.
  private final TreeMap<Long, TickRanges> clients = new TreeMap<>(Comparator.reverseOrder());

  /** The hash of all deletions, as long as they do not change. */
  private @Nullable Fnv128 hash;

  boolean isEmpty() {
    return clients.isEmpty();
  }

  int clientCount() {
    return clients.size();
  }

  TickRanges of(long client) {
    return clients.getOrDefault(client, NONE);
  }

  /** Adds ranges of a client and returns those parts that were not here. */
  TickRanges add(long client, TickRanges ranges) {
    TickRanges learnt = new TickRanges();
    if (!ranges.isEmpty()) {
      clients.computeIfAbsent(client, absent -> new TickRanges()).addAll(ranges, learnt);
      if (!learnt.isEmpty()) {
        hash = null;
      }
    }
    return learnt;
  }

  void write(BinaryOutput out) {
    out.unsigned(clients.size());
    for (Map.Entry<Long, TickRanges> entry : clients.entrySet()) {
      out.unsigned(entry.getKey());
      entry.getValue().write(out);
    }
  }

  /** Returns the hash of all deletions as they are written, to continue from. */
  Fnv128 hash() {
    if (hash == null) {
      Fnv128 sum = new Fnv128().addUnsigned(clients.size());
      clients.forEach((client, ranges) -> ranges.addTo(sum.addUnsigned(client)));
      hash = sum;
    }
    return new Fnv128(hash);
  }

  long footprint() {
    long sum = 100;
    for (TickRanges ranges : clients.values()) {
      sum += 100 + ranges.footprint();
    }
    return sum;
  }
}
