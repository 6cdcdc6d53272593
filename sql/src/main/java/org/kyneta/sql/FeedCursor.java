package org.kyneta.sql;

import java.lang.ref.Cleaner;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import org.kyneta.store.StoreClosedException;

/** A cursor over the rows of a feed. */
abstract class FeedCursor<R, T> implements Cursor<T> {

  private static final Cleaner CLEANER = Cleaner.create();

  private final RowFeed<R> feed;
  private final Cleaner.@Nullable Cleanable cleanable;
  private List<R> batch;
  private int at;
  private volatile boolean closed;

  @SuppressWarnings("this-escape") // The cleaner keeps no strong reference, and calls nothing here.
  FeedCursor(RowFeed<R> feed) {
    this.feed = feed;
    this.batch = feed.nextBatch();
    this.cleanable = feed.isOpen() ? CLEANER.register(this, feed) : null;
  }

  /** Makes an element of a row; called again for the same row if it throws. */
  protected abstract T element(R row);

  @Override
  public final boolean hasNext() {
    requireUsable();
    if (at == batch.size() && at > 0) {
      batch = feed.nextBatch();
      at = 0;
    }
    return at < batch.size();
  }

  @Override
  public final T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T element = element(batch.get(at));
    at++;
    return element;
  }

  private void requireUsable() {
    if (closed) {
      throw new StoreClosedException("the cursor");
    }
    feed.requireOpen();
  }

  @Override
  public final void close() {
    closed = true;
    batch = List.of();
    at = 0;
    if (cleanable != null) {
      feed.close();
      cleanable.clean();
    }
  }
}
