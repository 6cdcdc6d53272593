package org.kyneta.relay.document;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Merge.Doubt;

/**
 * The peers of a document that may hold something else than the relay, though they were sent
 * everything. Not thread-safe.
 *
 * <p>Peers compare times of clocks that differ, with images on their way, and so may drop what is
 * newest, or take over what others wrote instead of what they wrote themselves. While changes go on
 * the next one mends that. Once the document rests they are asked for their versions, and corrected
 * under one that is only just later: what a peer has written meanwhile stays, and comes here.
 */
final class Doubts {

  /** For how long nothing must change until a document rests. */
  private static final Duration REST = Duration.ofMillis(200);

  private final Consumer<Duration> timer;
  private final Set<Peer> doubted = new LinkedHashSet<>(2);
  private final Set<Peer> asked = new LinkedHashSet<>(2);
  private boolean timed;
  private long lastNanos;

  /**
   * Makes one without doubts.
   *
   * @param timer makes {@link #rest} be called after a time
   */
  Doubts(Consumer<Duration> timer) {
    this.timer = timer;
  }

  /**
   * Notes what an offer leaves in doubt.
   *
   * @param sender who has made it; null for another relay
   * @param subscribers those who want changes, as only they can be corrected
   */
  void add(@Nullable Peer sender, Doubt doubt, List<Peer> subscribers) {
    if (doubt == Doubt.NONE) {
      return;
    }
    for (Peer peer : subscribers) {
      if (doubt == Doubt.ALL || peer.equals(sender) == (doubt == Doubt.SENDER)) {
        doubted.add(peer);
      }
    }
    lastNanos = System.nanoTime();
    if (!timed && !doubted.isEmpty()) {
      timed = true;
      timer.accept(REST);
    }
  }

  /** Returns the peers to be asked for their versions: none as long as changes go on. */
  List<Peer> rest() {
    timed = false;
    if (doubted.isEmpty()) {
      return List.of();
    }
    Duration left = REST.minusNanos(System.nanoTime() - lastNanos);
    if (left.isPositive()) {
      timed = true;
      timer.accept(left.plusMillis(1));
      return List.of();
    }
    List<Peer> peers = List.copyOf(doubted);
    asked.addAll(peers);
    doubted.clear();
    return peers;
  }

  /** Returns whether a peer that tells its version was asked for it, and so is to be corrected. */
  boolean resolve(Peer peer) {
    return asked.remove(peer);
  }

  void forget(Peer peer) {
    doubted.remove(peer);
    asked.remove(peer);
  }
}
