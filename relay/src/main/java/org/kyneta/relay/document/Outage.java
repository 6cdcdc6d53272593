package org.kyneta.relay.document;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.kyneta.relay.document.Task.FromPeer;

/**
 * The time in which the storage of one document fails: what peers ask meanwhile waits, and it is
 * tried again ever more seldom. Not thread-safe.
 */
final class Outage {

  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final int MOST_DOUBLINGS = 7;

  /** After so long without one, a fault is taken for the first. */
  private static final Duration MEMORY_OF_FAULTS = Duration.ofMinutes(2);

  private final Consumer<Duration> timer;
  private final LongSupplier nanos;
  private final List<FromPeer> deferred = new ArrayList<>(0);
  private boolean lasting;
  private int failures;
  private int faults;
  private long lastFault;

  /**
   * Makes one that has not begun.
   *
   * @param timer makes the storage be tried again after a time, which {@link #pause} and, if it
   *     serves, {@link #end} are to be called for
   * @param nanos tells the time in nanoseconds
   */
  Outage(Consumer<Duration> timer, LongSupplier nanos) {
    this.timer = timer;
    this.nanos = nanos;
  }

  /** Takes note that the storage has failed, and has it tried again later. */
  void begin() {
    begin(failures);
  }

  /**
   * Takes note that something has failed that is not the storage. That this serves says nothing
   * then: what is done next may fail again, at the cost of reading everything before.
   */
  void beginAfterFault() {
    long now = nanos.getAsLong();
    if (faults > 0 && now - lastFault > MEMORY_OF_FAULTS.toNanos()) {
      faults = 0;
    }
    lastFault = now;
    begin(Math.max(failures, faults++));
  }

  private void begin(int before) {
    if (!lasting) {
      lasting = true;
      failures++;
      timer.accept(FIRST_RETRY.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS)));
    }
  }

  /** Returns whether the storage is not to be asked for anything. */
  boolean isLasting() {
    return lasting;
  }

  /** Keeps what a peer has asked until the storage serves again; returns true, for "it is kept". */
  boolean defer(FromPeer task) {
    return deferred.add(task);
  }

  /** Returns whether nothing waits. */
  boolean isEmpty() {
    return deferred.isEmpty();
  }

  /** Lets the storage be asked once. */
  void pause() {
    lasting = false;
  }

  /** Takes note that the storage serves again; returns what has waited, in its order. */
  List<FromPeer> end() {
    failures = 0;
    List<FromPeer> tasks = List.copyOf(deferred);
    deferred.clear();
    return tasks;
  }

  /** Forgets what a peer has asked. */
  void forget(Peer peer) {
    List<FromPeer> gone = deferred.stream().filter(task -> task.peer().equals(peer)).toList();
    deferred.removeAll(gone);
    gone.forEach(task -> task.receipt().finish());
  }
}
