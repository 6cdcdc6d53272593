package org.kyneta.sqlite;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.WriteQueue;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreException;

/**
 * The one connection that writes to a file, the queue before it, and what becomes of it after an
 * error: another is opened in its place, since what a connection believes and what is on disk may
 * differ then.
 */
final class WriterConnection {

  /** How many writers may wait before further ones are blocked. */
  private static final int WAITING = 4_096;

  /** How many appends share a transaction at most. */
  private static final int LARGEST_BATCH = 512;

  private final WriteQueue<Append> queue = new WriteQueue<>(WAITING, LARGEST_BATCH);
  private final Connections owner;
  private final Supplier<SqliteAdapter> opener;
  private final Tails tails;
  private final Duration patience;
  private final Consumer<SqliteAdapter> afterCommit;
  private @Nullable SqliteAdapter connection;

  /** Whether it is open what has become of a write, until another connection has settled it. */
  private volatile boolean unsettled;

  /**
   * Wraps a connection.
   *
   * @param owner asked whether the store is open
   * @param connection the connection
   * @param opener opens another in its place
   * @param tails what is known of documents on this connection
   * @param patience how long to wait for the lock of another connection
   * @param afterCommit is run after each commit, by the thread that holds the connection
   */
  WriterConnection(
      Connections owner,
      SqliteAdapter connection,
      Supplier<SqliteAdapter> opener,
      Tails tails,
      Duration patience,
      Consumer<SqliteAdapter> afterCommit) {
    this.owner = owner;
    this.connection = connection;
    this.opener = opener;
    this.tails = tails;
    this.patience = patience;
    this.afterCommit = afterCommit;
  }

  /** Runs a write as a transaction of its own. */
  <T extends @Nullable Object> T write(
      String docId, String operation, Function<SqliteAdapter, T> body) {
    return queue.alone(() -> {
      try {
        return transaction(body);
      } catch (SqliteException e) {
        throw abandoned(e, failure(docId, operation, e));
      }
    });
  }

  /** Runs an append, together with those that wait. */
  void append(Append append) {
    queue.combine(append, this::runBatch);
    append.throwIfFailed();
  }

  private void runBatch(List<Append> batch) {
    try {
      transaction(adapter -> {
        for (Append append : batch) {
          append.run(adapter);
        }
        return null;
      });
    } catch (SqliteException e) {
      // Each caller is given an exception of its own, which names its document.
      for (Append append : batch) {
        append.fail(failure(append.docId(), "append", e));
      }
      abandoned(e, e);
    } catch (StoreClosedException e) {
      batch.forEach(append -> append.fail(new StoreClosedException("the store")));
    } catch (RuntimeException | Error e) {
      batch.forEach(append -> append.fail(e));
    }
  }

  private <T extends @Nullable Object> T transaction(Function<SqliteAdapter, T> body) {
    owner.requireOpen();
    SqliteAdapter adapter = opened();
    tails.begin();
    boolean committed = false;
    try {
      T result = adapter.write(() -> body.apply(adapter), patience);
      committed = true;
      afterCommit.accept(adapter);
      return result;
    } finally {
      if (!committed) {
        tails.forgetAll();
      }
    }
  }

  private SqliteAdapter opened() {
    SqliteAdapter open = connection;
    if (open == null) {
      open = opener.get();
      connection = open;
      unsettled = false;
    }
    return open;
  }

  /**
   * Settles what has become of a write whose outcome is unknown, before anybody reads what is
   * there: without that it could still be undone, or done, when the store is opened the next time.
   *
   * @throws StorageException if that is not possible now
   */
  void settle() {
    if (!unsettled) {
      return;
    }
    try {
      queue.alone(() -> {
        owner.requireOpen();
        return opened();
      });
    } catch (SqliteException e) {
      throw Connections.translated(e);
    }
  }

  private static StoreException failure(String docId, String operation, SqliteException e) {
    return Connections.isUnknown(e)
        ? Connections.unknown(docId, operation, e)
        : Connections.translated(e);
  }

  private <E extends StoreException> E abandoned(SqliteException e, E reported) {
    SqliteAdapter old = connection;
    if (old != null && !leavesConnectionSound(e)) {
      unsettled |= Connections.isUnknown(e);
      connection = null;
      try {
        old.close();
      } catch (SqliteException closing) {
        reported.addSuppressed(closing);
      }
    }
    return reported;
  }

  private static boolean leavesConnectionSound(SqliteException e) {
    return switch (e.primaryCode()) {
      case ResultCode.BUSY,
          ResultCode.LOCKED,
          ResultCode.FULL,
          ResultCode.TOOBIG,
          ResultCode.CONSTRAINT ->
          true;
      default -> false;
    };
  }

  /** Lets everyone who came before finish, runs what closes the rest, and closes the connection. */
  void close(Runnable rest) {
    queue.alone(() -> {
      try {
        rest.run();
      } finally {
        SqliteAdapter last = connection;
        connection = null;
        if (last != null) {
          last.close();
        }
      }
      return null;
    });
  }
}
