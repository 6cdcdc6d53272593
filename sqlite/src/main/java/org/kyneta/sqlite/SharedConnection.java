package org.kyneta.sqlite;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.Feed.Lease;

/**
 * One connection for everything, which other stores may share. A write first takes aside what
 * cursors have open, since a connection sees its own changes.
 */
final class SharedConnection extends Connections {

  private final SqliteAdapter adapter;
  private final Lease lease;
  private final boolean owned;
  private final Runnable afterClose;

  /**
   * Works over an adapter.
   *
   * @param owned whether closing the store closes the adapter
   * @param afterClose is run when the store is closed
   */
  SharedConnection(SqliteAdapter adapter, boolean owned, Runnable afterClose) {
    this.adapter = adapter;
    this.owned = owned;
    this.afterClose = afterClose;
    this.lease = new Lease(adapter, () -> {});
  }

  @Override
  <T extends @Nullable Object> T write(
      String docId, String operation, Function<SqliteAdapter, T> body) {
    adapter.lock.lock();
    try {
      requireOpen();
      adapter.requireSound();
      return adapter.write(() -> body.apply(adapter), Duration.ZERO);
    } catch (SqliteException e) {
      if (isUnknown(e)) {
        adapter.markUnsound();
        throw unknown(docId, operation, e);
      }
      throw translated(e);
    } finally {
      adapter.lock.unlock();
    }
  }

  @Override
  void append(Append append) {
    write(
        append.docId(),
        "append",
        connection -> {
          append.run(connection);
          return null;
        });
    append.throwIfFailed();
  }

  @Override
  Lease lease() {
    adapter.requireSound(); // What this connection shows may be what the file does not hold.
    return lease;
  }

  @Override
  long logBytes() {
    return 0;
  }

  @Override
  VerificationReport backup(Backup backup) {
    return read(connection -> {
      connection.detachCursors();
      return backup.of(connection);
    });
  }

  @Override
  void close() {
    adapter.lock.lock();
    try {
      if (isClosed()) {
        return;
      }
      adapter.requireNotWriting();
      markClosed();
      adapter.closeFeeds(this);
      try {
        if (owned) {
          adapter.close();
        }
      } finally {
        afterClose.run();
      }
    } finally {
      adapter.lock.unlock();
    }
  }
}
