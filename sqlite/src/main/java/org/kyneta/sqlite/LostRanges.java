package org.kyneta.sqlite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where in a tree rows may be missing. */
final class LostRanges {

  private final List<Range> ranges = new ArrayList<>();

  /**
   * Keys between two others, neither of them included.
   *
   * @param after the key before, or null from the beginning on
   * @param before the key after, or null to the end
   */
  record Range(@Nullable RowKey after, @Nullable RowKey before) {

    boolean contains(RowKey key) {
      return (after == null || after.compareTo(key) < 0)
          && (before == null || key.compareTo(before) < 0);
    }
  }

  void add(@Nullable RowKey after, @Nullable RowKey before) {
    ranges.add(new Range(after, before));
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Returns the ranges so far. */
  List<Range> all() {
    return List.copyOf(ranges);
  }

  /** Returns whether a key from one on, and not beyond another, may be missing. */
  boolean touches(RowKey from, RowKey to) {
    for (Range range : ranges) {
      if ((range.after() == null || range.after().compareTo(to) < 0)
          && (range.before() == null || range.before().compareTo(from) > 0)) {
        return true;
      }
    }
    return false;
  }
}
