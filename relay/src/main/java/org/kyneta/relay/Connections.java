package org.kyneta.relay;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.kyneta.relay.document.Documents;
import org.kyneta.relay.document.Recurring;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.PeerKind;

/** All connections of a relay, and what they share. Thread-safe. */
final class Connections {

  private final RelayLimits limits;
  private final Documents documents;
  private final ConnectionMeters meters;
  private final Establish introduction;
  private final Set<Connection> all = ConcurrentHashMap.newKeySet();
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong names = new AtomicLong();

  /**
   * How many greedy connections' messages are read at a time: half of the processors are others'.
   */
  private final Semaphore greedy =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), /* fair= */ true);

  private final AtomicBoolean relieving = new AtomicBoolean();
  private volatile boolean stopping;

  Connections(String peerId, RelayLimits limits, Documents documents, ConnectionMeters meters) {
    this.limits = limits;
    this.documents = documents;
    this.meters = meters;
    this.introduction =
        new Establish(
            peerId, null, PeerKind.SERVICE, /* aliases= */ true, /* major= */ 1, /* minor= */ 0);
    meters.gauge("kyneta.connections", "Connections that are open", all::size);
    meters.gauge("kyneta.connections.greedy", "Connections that take turns", this::countGreedy);
    meters.gauge("kyneta.connections.bytes", "Bytes of messages that wait", held::get);
    meters.gauge("kyneta.connections.names", "Bytes of names with aliases", names::get);
  }

  RelayLimits limits() {
    return limits;
  }

  Documents documents() {
    return documents;
  }

  ConnectionMeters meters() {
    return meters;
  }

  /** Returns who the relay says it is. */
  Establish introduction() {
    return introduction;
  }

  private long countGreedy() {
    return all.stream().filter(Connection::isGreedy).count();
  }

  int count() {
    return all.size();
  }

  /** Returns whether no further connections are wanted. */
  boolean isStopping() {
    return stopping;
  }

  /** Starts something that may take its time. */
  static void start(Runnable action) {
    Thread.ofVirtual().name("kyneta-connection").start(action);
  }

  /** Returns what greedy connections take turns with. */
  Semaphore greedy() {
    return greedy;
  }

  void opened(Connection connection) {
    meters.accepted();
    all.add(connection);
    if (stopping) {
      connection.close(CloseStatus.SHUTDOWN, Relay.SHUTTING_DOWN);
    }
  }

  void closed(Connection connection) {
    all.remove(connection);
  }

  /** Counts bytes that wait; if they are too many, whoever has most of them has to go. */
  void held(long difference) {
    held.addAndGet(difference);
    relieveAfter(difference);
  }

  /** Counts bytes of names that peers have given aliases, which count like those that wait. */
  void named(long difference) {
    names.addAndGet(difference);
    relieveAfter(difference);
  }

  private void relieveAfter(long difference) {
    if (difference > 0 && isTooMuch() && relieving.compareAndSet(false, true)) {
      // By another thread: this one may hold locks of a connection, and closes another. Not by a
      // virtual one, which would wait behind those that have something to do for the greedy.
      Thread.ofPlatform().daemon().name("kyneta-relief").start(this::relieve);
    }
  }

  private void relieve() {
    try {
      List<Connection> staying = all.stream().filter(c -> !c.isClosing()).toList();
      // What belongs to those that are being closed goes with them: nobody else has to.
      if (staying.stream().mapToLong(Connection::held).sum() > limits.bufferBytes() / 2) {
        staying.stream()
            .max(Comparator.comparingLong(Connection::held))
            .ifPresent(largest ->
                largest.close(
                    CloseStatus.TRY_AGAIN_LATER, "Too much of this connection waits in memory"));
      }
    } finally {
      relieving.set(false);
    }
  }

  private boolean isTooMuch() {
    return held.get() + names.get() > limits.bufferBytes();
  }

  /** Looks after connections on which nothing may happen any more; called every few seconds. */
  void lookAfter(Duration graceAfterClose) {
    // One that fails must not keep the others from being looked after.
    all.forEach(connection ->
        new Recurring("looking after " + connection, () -> connection.lookAfter(graceAfterClose))
            .run());
  }

  /** Takes nothing more from anybody. */
  void stopReading() {
    stopping = true;
    all.forEach(Connection::stopReading);
  }

  /** Says farewell to all, and waits until they are gone or time has run out. */
  void finish(Duration patience) throws InterruptedException {
    all.forEach(connection -> connection.finish(CloseStatus.SHUTDOWN, Relay.SHUTTING_DOWN));
    long deadline = System.nanoTime() + patience.toNanos();
    while (!all.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    all.forEach(Connection::abort);
  }
}
