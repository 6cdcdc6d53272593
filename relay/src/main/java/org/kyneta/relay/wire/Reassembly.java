package org.kyneta.relay.wire;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.wire.Frame.Fragment;
import org.kyneta.relay.wire.WireException.Reason;

/** Puts payloads together again from their pieces, within limits of number, size and time. */
final class Reassembly {

  private final WireLimits limits;
  private final LongSupplier nanoTime;

  /** In the order in which they grew last. */
  private final SequencedMap<Integer, FragmentGroup> groups = new LinkedHashMap<>();

  private long held;
  private long lost;

  Reassembly(WireLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /** How many bytes the pieces have. */
  long held() {
    return held;
  }

  /** How many payloads were given up because time or room ran out. */
  long lost() {
    return lost;
  }

  /** Gives up all payloads. */
  void clear() {
    while (!groups.isEmpty()) {
      evictOldest();
    }
  }

  /** Gives up the payloads whose time has run out. */
  void expire() {
    if (groups.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    long age = limits.groupAge().toNanos();
    while (!groups.isEmpty() && now - groups.firstEntry().getValue().grewAt() >= age) {
      evictOldest();
    }
  }

  /** Takes a piece and returns the payload if it was the last. */
  byte @Nullable [] add(Frame frame, Fragment piece) throws WireException {
    FragmentGroup group = groups.get(piece.group());
    check(frame, piece, group);
    if (group == null) {
      if (groups.size() == limits.groups()) {
        evictOldest();
      }
      group = new FragmentGroup(piece);
      groups.put(piece.group(), group);
    }
    makeRoom(frame.to() - frame.from(), group);
    group.add(piece.index(), frame.bytes(), frame.from(), frame.to(), nanoTime.getAsLong());
    groups.putLast(piece.group(), group);
    held += frame.to() - frame.from();
    if (!group.isFull()) {
      return null;
    }
    remove(piece.group());
    if (!group.isWhole()) {
      throw contradiction("expected pieces of as many bytes as announced, found fewer");
    }
    return group.payload();
  }

  private void check(Frame frame, Fragment piece, @Nullable FragmentGroup group)
      throws WireException {
    int length = frame.to() - frame.from();
    if (piece.index() >= piece.total()) {
      throw contradiction("expected an index below " + piece.total() + ", found " + piece.index());
    }
    if (piece.totalSize() > limits.groupBytes()) {
      throw new WireException(
          Reason.LIMIT,
          "fragment: expected at most "
              + limits.groupBytes()
              + " bytes in all, found "
              + piece.totalSize());
    }
    if (group != null && !group.agreesWith(piece)) {
      throw contradiction("expected the totals of the fragment before, found others");
    }
    if (group != null && group.has(piece.index())) {
      throw contradiction("expected every index once, found " + piece.index() + " again");
    }
    if (group == null ? length > piece.totalSize() : !group.hasRoomFor(length)) {
      if (group != null) {
        remove(piece.group());
        lost++;
      }
      throw contradiction("expected pieces of as many bytes as announced, found more");
    }
  }

  private static WireException contradiction(String message) {
    return new WireException(Reason.FRAGMENT, "fragment: " + message);
  }

  /** Makes room, the oldest going first, which may be the very payload that grows. */
  private void makeRoom(int length, FragmentGroup growing) throws WireException {
    while (held + length > limits.groupBytes()) {
      if (evictOldest() == growing) {
        throw new WireException(
            Reason.LIMIT,
            "fragments: expected at most " + limits.groupBytes() + " bytes in all, found more");
      }
    }
  }

  private FragmentGroup evictOldest() {
    FragmentGroup group = groups.pollFirstEntry().getValue();
    held -= group.size();
    lost++;
    return group;
  }

  private void remove(int key) {
    FragmentGroup group = groups.remove(key);
    if (group != null) {
      held -= group.size();
    }
  }
}
