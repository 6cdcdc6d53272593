package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sees to it that not too many blocks wait for others, which need not ever come. */
final class LoroGaps {

  private static final long MOST_BYTES = 16 << 20;
  private static final int MOST_GAPS = 10_000;

  private LoroGaps() {}

  /** Refuses blocks after which too much of a document would wait. */
  static void requireFew(LoroDocument document, List<LoroBlock> added) throws UnreadableException {
    Map<Long, List<LoroBlock>> byPeer = new TreeMap<>();
    for (LoroBlock block : document.waiting()) {
      byPeer.computeIfAbsent(block.peer(), absent -> new ArrayList<>()).add(block);
    }
    for (LoroBlock block : added) {
      byPeer.computeIfAbsent(block.peer(), absent -> new ArrayList<>()).add(block);
    }
    long bytes = 0;
    int gaps = 0;
    for (Map.Entry<Long, List<LoroBlock>> entry : byPeer.entrySet()) {
      long here = document.version().end(entry.getKey());
      TickRanges ranges = rangesOf(here, entry.getValue());
      gaps += ranges.count() - (ranges.reach() > 0 ? 1 : 0);
      for (LoroBlock block : entry.getValue()) {
        bytes += block.start() > ranges.reach() ? block.bytes().length : 0;
      }
    }
    if (bytes > MOST_BYTES || gaps > MOST_GAPS) {
      throw new UnreadableException(
          "expected at most %d bytes of blocks behind %d gaps, found %d behind %d"
              .formatted(MOST_BYTES, MOST_GAPS, bytes, gaps));
    }
  }

  /** Returns what is covered of a peer: its beginning, where there is one, and some blocks. */
  private static TickRanges rangesOf(long here, List<LoroBlock> blocks) {
    long[] pairs = new long[2 + 2 * blocks.size()];
    pairs[1] = here;
    int size = 2;
    for (LoroBlock block : blocks) {
      pairs[size++] = block.start();
      pairs[size++] = block.end();
    }
    return TickRanges.of(pairs, size);
  }
}
