package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a document may grow to by what peers send, so that it stays in memory. */
final class LoroLimits {

  /** More peers than any document has had. */
  private static final int MOST_PEERS = 1 << 20;

  private static final long MOST_BYTES = 16 << 20;
  private static final int MOST_GAPS = 10_000;

  private LoroLimits() {}

  /** Refuses blocks with which a document would become too large. */
  static void requireRoom(LoroDocument document, List<LoroBlock> added) throws UnreadableException {
    if (added.size() > MOST_PEERS - document.peerCount()) {
      requireFewPeers(document, added);
    }
    for (LoroBlock block : added) {
      if (block.start() > document.version().end(block.peer())) {
        requireFewGaps(document, added);
        return;
      }
    }
  }

  private static void requireFewPeers(LoroDocument document, List<LoroBlock> added)
      throws UnreadableException {
    Set<Long> peers = new HashSet<>();
    for (LoroBlock block : added) {
      if (document.version().end(block.peer()) == 0) {
        peers.add(block.peer());
      }
    }
    if (peers.size() > MOST_PEERS - document.peerCount()) {
      throw new UnreadableException(
          "expected at most %d peers in a document, found more".formatted(MOST_PEERS));
    }
  }

  /** Refuses blocks after which too many would wait for others, which need not ever come. */
  private static void requireFewGaps(LoroDocument document, List<LoroBlock> added)
      throws UnreadableException {
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
