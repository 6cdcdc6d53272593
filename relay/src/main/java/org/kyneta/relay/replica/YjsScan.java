package org.kyneta.relay.replica;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A first reading of an update, which changes nothing: it finds what is broken before anything is
 * merged, and tells whether all of the update is new, as it is with a keystroke.
 */
final class YjsScan implements YjsVisitor, YjsStruct.IdConsumer {

  /** More clients than any document has had, and few enough to be kept in memory. */
  private static final int MOST_CLIENTS = 1 << 20;

  /** Clients with structs, kept apart only once there are two. */
  private final Set<Long> clients = new HashSet<>(0);

  /** The ids of other clients' items that are not here, and belong beside items of the update. */
  private final Map<Long, Long> neighbours = new HashMap<>(0);

  private final YjsDocument document;
  private long client = Long.MAX_VALUE;
  private long end;
  private @Nullable YjsPending waiting;
  private long pendingSize;
  private long deletedClient = Long.MAX_VALUE;
  private TickRanges deleted = new TickRanges();
  private long deletedTo;
  private int added;
  private boolean canonical = true;
  private boolean overlaps;
  private boolean structs;
  private boolean deletions;

  YjsScan(YjsDocument document) {
    this.document = document;
  }

  /**
   * Whether the update is written as Yjs would write it and holds something, and nothing that is
   * here, and nothing for which something else is missing.
   */
  boolean isEntirelyNew() {
    return canonical && !overlaps && (structs || deletions);
  }

  boolean hasStructs() {
    return structs;
  }

  boolean hasDeletions() {
    return deletions;
  }

  /** Returns about how many bytes of memory those structs take that are to wait from now on. */
  long pendingSize() {
    return pendingSize;
  }

  /** Whether, after the update was merged, items are missing beside which items of it stand. */
  boolean lacksNeighbours() {
    for (Map.Entry<Long, Long> neighbour : neighbours.entrySet()) {
      if (document.end(neighbour.getKey()) <= neighbour.getValue()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void client(long next, long clock, int count) throws UnreadableException {
    if (client != Long.MAX_VALUE) {
      clients.add(client);
      if (!clients.add(next)) {
        throw new UnreadableException(
            "expected the structs of a client together, found them apart");
      }
    }
    canonical &= next < client && count > 0;
    client = next;
    end = document.end(client);
    if (end == 0) {
      requireRoom(document.logCount());
    }
    waiting = document.pendingOf(client);
    overlaps |= clock != end || waiting != null;
  }

  @Override
  public void struct(YjsStruct struct) {
    if (struct.isSkip() || struct.length() == 0) {
      canonical = false;
      return;
    }
    structs = true;
    if (struct.clock() > end) {
      overlaps = true;
      if (waiting == null || !waiting.holds(struct)) {
        pendingSize += YjsPending.footprintOf(struct);
      }
    } else if (struct.endClock() > end) {
      end = struct.endClock();
      struct.references(this);
    }
  }

  @Override
  public void accept(long ofClient, long clock) {
    if (ofClient != client && clock >= document.end(ofClient)) {
      neighbours.merge(ofClient, clock, Math::max);
    }
  }

  @Override
  public void deletions(long next, int count) throws UnreadableException {
    canonical &= next < deletedClient && count > 0;
    deletedClient = next;
    deleted = document.deletions().of(next);
    if (deleted.isEmpty()) {
      requireRoom(document.deletions().clientCount());
    }
    deletedTo = -1;
  }

  private void requireRoom(int here) throws UnreadableException {
    if (here + ++added > MOST_CLIENTS) {
      throw new UnreadableException(
          "expected at most %d clients in a document, found more".formatted(MOST_CLIENTS));
    }
  }

  @Override
  public void range(long from, long to) {
    deletions = true;
    canonical &= from > deletedTo;
    overlaps |= !deleted.isDisjoint(from, to);
    deletedTo = to;
  }

  @Override
  public void end() {}
}
