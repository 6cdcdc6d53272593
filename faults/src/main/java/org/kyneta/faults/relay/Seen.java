package org.kyneta.faults.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kyneta.store.Store;

/**
 * Up to which of a writer's edits somebody else has seen them: the relay has promised to keep
 * those. Not thread-safe.
 */
final class Seen {

  private final Map<Edits, Integer> counts = new LinkedHashMap<>();

  /** The edits of a writer in a document. */
  private record Edits(Shared shared, int writer) {}

  /** Somebody else has seen the first so many edits of a writer. */
  void raise(Shared shared, int writer, int count) {
    counts.merge(new Edits(shared, writer), count, Math::max);
  }

  /** Returns how many edits that are. */
  long total() {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** What holds documents. */
  @FunctionalInterface
  interface Holder {
    /** Returns up to which of a writer's edits it has them. */
    int count(Shared shared, int writer);
  }

  /**
   * Returns how many edits are not where they must be.
   *
   * @param findings is added to
   */
  long missing(String where, Holder holder, List<String> findings) {
    long missing = 0;
    for (Map.Entry<Edits, Integer> entry : counts.entrySet()) {
      Edits edits = entry.getKey();
      int found = holder.count(edits.shared, edits.writer);
      if (found < entry.getValue()) {
        missing += entry.getValue() - found;
        findings.add(
            "%s: %s: expected %d edits of writer %d, which others had seen, found %d"
                .formatted(where, edits.shared.id(), entry.getValue(), edits.writer, found));
      }
    }
    return missing;
  }

  /** Returns how many edits are not in a store. */
  long missing(Store store, List<String> findings) {
    Stored stored = new Stored(store, findings);
    return missing("the store", stored::count, findings);
  }
}
