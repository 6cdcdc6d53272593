package org.kyneta.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;

/**
 * The connections that are no WebSockets yet, of which most soon are, or are answered with a page:
 * those that take too long have to go, and the oldest when there are too many. Thread-safe.
 */
final class Newcomers implements Connection.Listener {

  private final int most;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Connection, Long> waiting = new LinkedHashMap<>();

  /**
   * Makes an empty one.
   *
   * @param most how many there may be at a time, at least 1
   * @param patience how long each may be one
   */
  Newcomers(int most, Duration patience) {
    this.most = most;
    this.patience = patience;
  }

  /** Notes a connection; one over TLS is there before its handshake. */
  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof ConnectionMetaData)) {
      return;
    }
    List<Connection> leaving;
    lock.lock();
    try {
      waiting.put(connection, System.nanoTime());
      leaving = remove(Long.MAX_VALUE);
    } finally {
      lock.unlock();
    }
    close(leaving);
  }

  /** Notes that a connection is gone, or another kind of connection now. */
  @Override
  public void onClosed(Connection connection) {
    lock.lock();
    try {
      waiting.remove(connection);
    } finally {
      lock.unlock();
    }
  }

  /** Closes those that take too long; called every few seconds. */
  void expire() {
    List<Connection> leaving;
    lock.lock();
    try {
      leaving = remove(patience.toNanos());
    } finally {
      lock.unlock();
    }
    close(leaving);
  }

  /** Removes those of an age, and the oldest of too many. */
  private List<Connection> remove(long age) {
    List<Connection> removed = new ArrayList<>(0);
    long now = System.nanoTime();
    Iterator<Map.Entry<Connection, Long>> oldest = waiting.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Connection, Long> next = oldest.next();
      if (waiting.size() <= most && now - next.getValue() < age) {
        break;
      }
      removed.add(next.getKey());
      oldest.remove();
    }
    return removed;
  }

  private static void close(List<Connection> connections) {
    connections.forEach(connection -> connection.getEndPoint().close());
  }
}
