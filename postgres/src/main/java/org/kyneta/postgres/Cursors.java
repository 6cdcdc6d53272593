package org.kyneta.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The cursors of one store that hold connections. */
final class Cursors implements CopyFeed.Owner {

  private final Runnable requireOpen;
  private final Set<CopyFeed<?>> open = ConcurrentHashMap.newKeySet();

  /**
   * Makes an empty set.
   *
   * @param requireOpen throws if the store is closed
   */
  Cursors(Runnable requireOpen) {
    this.requireOpen = requireOpen;
  }

  @Override
  public void requireOpen() {
    requireOpen.run();
  }

  @Override
  public void opened(CopyFeed<?> feed) {
    open.add(feed);
  }

  @Override
  public void finished(CopyFeed<?> feed, Connection connection) {
    open.remove(feed);
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written on it, and what was read has been read.
      return;
    }
  }

  /** Returns an owner of feeds that read on a connection within a transaction and leave it open. */
  CopyFeed.Owner borrowing() {
    return new CopyFeed.Owner() {
      @Override
      public void requireOpen() {
        requireOpen.run();
      }

      @Override
      public void opened(CopyFeed<?> feed) {}

      @Override
      public void finished(CopyFeed<?> feed, Connection connection) {}
    };
  }

  void closeAll() {
    List.copyOf(open).forEach(CopyFeed::closeWithStore);
  }
}
