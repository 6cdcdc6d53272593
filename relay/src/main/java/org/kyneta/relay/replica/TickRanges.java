package org.kyneta.relay.replica;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Ticks of one client's clock, as many as it has given to its changes: disjoint ranges in ascending
 * order, none of which touches the next.
 */
final class TickRanges {

  /** More ranges than this at a time are merged in one go, instead of each for itself. */
  private static final int FEW = 8;

  // The start and the end of each range, in turn.
  private long[] bounds = {};
  private int size;

  /**
   * Returns ranges that came in any order.
   *
   * @param pairs the start and the end of each, in turn
   * @param count how many numbers of the array count
   */
  static TickRanges of(long[] pairs, int count) {
    boolean ascending = true;
    for (int i = 2; i < count && ascending; i += 2) {
      ascending = pairs[i - 2] <= pairs[i];
    }
    TickRanges ranges = new TickRanges();
    if (ascending) {
      for (int i = 0; i < count; i += 2) {
        ranges.append(pairs[i], pairs[i + 1]);
      }
    } else {
      IntStream.range(0, count / 2)
          .mapToObj(i -> new long[] {pairs[2 * i], pairs[2 * i + 1]})
          .sorted(Comparator.comparingLong(pair -> pair[0]))
          .forEach(pair -> ranges.append(pair[0], pair[1]));
    }
    return ranges;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int count() {
    return size / 2;
  }

  long start(int index) {
    return bounds[2 * index];
  }

  long end(int index) {
    return bounds[2 * index + 1];
  }

  /** Returns the end of the range that begins with the first tick, or 0. */
  long reach() {
    return size > 0 && bounds[0] == 0 ? bounds[1] : 0;
  }

  /** Whether all of a range is here. */
  boolean contains(long from, long to) {
    int index = firstEndingAfter(from);
    return index < size && bounds[index] <= from && bounds[index + 1] >= to;
  }

  /** Whether none of a range is here. */
  boolean isDisjoint(long from, long to) {
    int index = firstEndingAfter(from);
    return index == size || bounds[index] >= to;
  }

  /**
   * Adds ranges.
   *
   * @param added in ascending order of their starts
   * @param learnt takes those parts that were not here
   */
  void addAll(TickRanges added, TickRanges learnt) {
    if (added.count() > FEW) {
      merge(added, learnt);
    } else {
      for (int i = 0; i < added.count(); i++) {
        add(added.start(i), added.end(i), learnt);
      }
    }
  }

  private void add(long from, long to, TickRanges learnt) {
    // Touching ranges become one, as Yjs writes them.
    int first = firstEndingAfter(from - 1);
    int last = first;
    long reached = from;
    while (last < size && bounds[last] <= to) {
      learnt.append(reached, bounds[last]);
      reached = Math.max(reached, bounds[last + 1]);
      last += 2;
    }
    learnt.append(reached, to);
    long start = last == first ? from : Math.min(from, bounds[first]);
    replace(first, last, start, Math.max(reached, to));
  }

  private void replace(int first, int last, long start, long end) {
    int grown = size + 2 - (last - first);
    if (grown > bounds.length) {
      bounds = Arrays.copyOf(bounds, grown + grown / 2);
    }
    System.arraycopy(bounds, last, bounds, first + 2, size - last);
    bounds[first] = start;
    bounds[first + 1] = end;
    size = grown;
  }

  private void merge(TickRanges added, TickRanges learnt) {
    addMissing(added, learnt);
    TickRanges merged = new TickRanges();
    int here = 0;
    for (int i = 0; i < added.size; i += 2) {
      while (here < size && bounds[here] < added.bounds[i]) {
        merged.append(bounds[here], bounds[here + 1]);
        here += 2;
      }
      merged.append(added.bounds[i], added.bounds[i + 1]);
    }
    for (; here < size; here += 2) {
      merged.append(bounds[here], bounds[here + 1]);
    }
    bounds = merged.bounds;
    size = merged.size;
  }

  private void addMissing(TickRanges added, TickRanges learnt) {
    int here = 0;
    for (int i = 0; i < added.size; i += 2) {
      long reached = added.bounds[i];
      long to = added.bounds[i + 1];
      while (here < size && bounds[here + 1] <= reached) {
        here += 2;
      }
      for (int at = here; at < size && bounds[at] < to; at += 2) {
        learnt.append(reached, bounds[at]);
        reached = Math.max(reached, bounds[at + 1]);
      }
      learnt.append(reached, to);
    }
  }

  /** Appends a range that starts no earlier than the last one; an empty one is none. */
  void append(long from, long to) {
    if (from >= to) {
      return;
    }
    if (size > 0 && from <= bounds[size - 1]) {
      bounds[size - 1] = Math.max(bounds[size - 1], to);
      return;
    }
    replace(size, size, from, to);
  }

  /** Returns the place of the first range that ends beyond a clock. */
  private int firstEndingAfter(long clock) {
    int low = 0;
    int high = size / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1] > clock) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return 2 * low;
  }

  void write(BinaryOutput out) {
    out.unsigned(count());
    for (int i = 0; i < size; i += 2) {
      out.unsigned(bounds[i]).unsigned(bounds[i + 1] - bounds[i]);
    }
  }

  /** Adds to a hash what {@link #write} writes. */
  void addTo(Fnv128 hash) {
    hash.addUnsigned(count());
    for (int i = 0; i < size; i += 2) {
      hash.addUnsigned(bounds[i]).addUnsigned(bounds[i + 1] - bounds[i]);
    }
  }

  long footprint() {
    return 120 + 8L * bounds.length;
  }
}
