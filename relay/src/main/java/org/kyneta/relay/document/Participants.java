package org.kyneta.relay.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The peers that have a document, and which of them want its changes. Not thread-safe. */
final class Participants {

  private final Map<Peer, Boolean> peers = new LinkedHashMap<>();

  /** Adds a peer that has the document; returns whether it was not there yet. */
  boolean add(Peer peer) {
    return peers.putIfAbsent(peer, false) == null;
  }

  /** Notes that a peer wants changes. */
  void subscribe(Peer peer) {
    peers.put(peer, true);
  }

  void remove(Peer peer) {
    peers.remove(peer);
  }

  boolean isEmpty() {
    return peers.isEmpty();
  }

  boolean contains(Peer peer) {
    return peers.containsKey(peer);
  }

  Set<Peer> all() {
    return peers.keySet();
  }

  /** Returns the peers that want changes. */
  List<Peer> subscribers() {
    return peers.keySet().stream().filter(peers::get).toList();
  }

  /**
   * Does something for every peer that wants changes, but for one if it is given; returns for how
   * many.
   */
  int forSubscribersExcept(@Nullable Peer sender, Consumer<Peer> action) {
    int count = 0;
    for (Map.Entry<Peer, Boolean> entry : peers.entrySet()) {
      if (entry.getValue() && !entry.getKey().equals(sender)) {
        action.accept(entry.getKey());
        count++;
      }
    }
    return count;
  }
}
