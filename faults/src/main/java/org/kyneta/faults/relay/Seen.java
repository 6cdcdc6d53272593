package org.kyneta.faults.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kyneta.store.Store;

/**
 * Up to which of a writer's edits somebody else has seen them: the relay has promised to keep
 * those. Not thread-safe.
 */
final class Seen {

  private final Map<Shared, Map<Long, Long>> counts = new LinkedHashMap<>();

  /** Somebody has seen the first so many edits of others, by writer. */
  void raise(Shared shared, int by, Map<Long, Long> found) {
    Map<Long, Long> most = counts.computeIfAbsent(shared, absent -> new TreeMap<>());
    found.forEach((writer, count) -> {
      if (writer != by) {
        most.merge(writer, count, Math::max);
      }
    });
  }

  /** Returns how many edits that are. */
  long total() {
    return counts.values().stream()
        .flatMap(most -> most.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /** What holds documents. */
  @FunctionalInterface
  interface Holder {
    /** Returns up to which of their edits it has them, by writer. */
    Map<Long, Long> counts(Shared shared);
  }

  /**
   * Returns how many edits are not where they must be.
   *
   * @param findings is added to
   */
  long missing(String where, Holder holder, List<String> findings) {
    long missing = 0;
    for (Map.Entry<Shared, Map<Long, Long>> entry : counts.entrySet()) {
      Shared shared = entry.getKey();
      Map<Long, Long> found = holder.counts(shared);
      for (Map.Entry<Long, Long> expected : entry.getValue().entrySet()) {
        long count = found.getOrDefault(expected.getKey(), 0L);
        if (count < expected.getValue()) {
          missing += expected.getValue() - count;
          findings.add(
              "%s: %s: expected %d edits of writer %d, which others had seen, found %d"
                  .formatted(where, shared.id(), expected.getValue(), expected.getKey(), count));
        }
      }
    }
    return missing;
  }

  /** Returns how many edits are not in a store. */
  long missing(Store store, List<String> findings) {
    Stored stored = new Stored(store, findings);
    return missing("the store", stored::counts, findings);
  }
}
