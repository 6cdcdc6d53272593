package org.kyneta.postgres;

import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kyneta.postgres.Transactions.Loan;

/** The cursors of one store that hold connections. */
final class Cursors {

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

  /** Begins to read rows on a connection that is given back afterwards. */
  <R> CopyFeed<R> read(Loan loan, String sql, RowShape<R> shape) {
    return new CopyFeed<>(new Borrower(loan), loan.connection(), sql, shape);
  }

  private final class Borrower implements CopyFeed.Owner {

    private final Loan loan;

    Borrower(Loan loan) {
      this.loan = loan;
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
      loan.end();
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
