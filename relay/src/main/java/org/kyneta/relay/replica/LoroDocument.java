package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blocks of changes of a Loro document, and snapshots where there were some. Nothing is ever
 * given up for something that claims to hold it too: what is inside stays unread.
 */
final class LoroDocument {

  private final Map<Long, Peer> peers = new TreeMap<>(Long::compareUnsigned);
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final LoroVersion version = new LoroVersion();

  /** About how many bytes the blocks and snapshots take. */
  private long size;

  /** What of a peer is here: its blocks as they came, and which counters they cover. */
  private static final class Peer {
    private final List<LoroBlock> blocks = new ArrayList<>();
    private final TickRanges covered = new TickRanges();

    /** How far the blocks reach up to each of them, so that those at the end are found quickly. */
    private int[] reached = {};

    private void add(LoroBlock block) {
      int index = blocks.size();
      if (index == reached.length) {
        reached = Arrays.copyOf(reached, 1 + index + index / 2);
      }
      reached[index] = index == 0 ? block.end() : Math.max(reached[index - 1], block.end());
      blocks.add(block);
    }

    private void addSince(long end, List<LoroBlock> lacking) {
      int low = 0;
      int high = blocks.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (reached[middle] > end) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      for (LoroBlock block : blocks.subList(low, blocks.size())) {
        if (block.end() > end) {
          lacking.add(block);
        }
      }
    }
  }

  /**
   * A whole document.
   *
   * @param bytes the blob
   * @param version what the document contains, as told by whoever had it
   */
  record Snapshot(byte[] bytes, LoroVersion version) {}

  boolean isEmpty() {
    return peers.isEmpty();
  }

  int peerCount() {
    return peers.size();
  }

  List<Snapshot> snapshots() {
    return snapshots;
  }

  /** Returns how far everything is here. The object changes with the document. */
  LoroVersion version() {
    return version;
  }

  /** Adds a block, or returns false if all of it is here. */
  boolean add(LoroBlock block) {
    Peer peer = peers.computeIfAbsent(block.peer(), absent -> new Peer());
    if (peer.covered.contains(block.start(), block.end())) {
      return false;
    }
    peer.add(block);
    size += 60 + block.bytes().length;
    cover(block.peer(), block.start(), block.end());
    return true;
  }

  /** Adds a snapshot, or returns false if all of it is here. */
  boolean add(Snapshot snapshot) {
    if (version.covers(snapshot.version)) {
      return false;
    }
    snapshots.add(snapshot);
    size += 100 + snapshot.bytes.length + 100L * snapshot.version.vector().size();
    snapshot.version.vector().forEach((peer, end) -> cover(peer, 0, end));
    return true;
  }

  private void cover(long id, long start, long end) {
    Peer peer = peers.computeIfAbsent(id, absent -> new Peer());
    TickRanges added = new TickRanges();
    added.append(start, end);
    peer.covered.addAll(added, new TickRanges());
    version.raise(id, peer.covered.reach());
  }

  /** Returns the blocks that wait for others. */
  List<LoroBlock> waiting() {
    List<LoroBlock> waiting = new ArrayList<>();
    for (Peer peer : peers.values()) {
      for (LoroBlock block : peer.blocks) {
        if (block.start() > peer.covered.reach()) {
          waiting.add(block);
        }
      }
    }
    return waiting;
  }

  /** Returns the blocks that somebody with a version lacks, waiting ones included. */
  List<LoroBlock> since(LoroVersion other) {
    List<LoroBlock> lacking = new ArrayList<>();
    peers.forEach((id, peer) -> peer.addSince(other.end(id), lacking));
    return lacking;
  }

  long footprint() {
    long sum = 200 + size + 300L * peers.size();
    for (Peer peer : peers.values()) {
      sum += peer.covered.footprint() + 4L * peer.reached.length;
    }
    return sum;
  }
}
