package org.kyneta.testkit.flaws;

import java.util.List;
import java.util.NoSuchElementException;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;

/** A sound cursor over a list, every step of which a flawed one can take otherwise. */
class ListCursor<T> implements Cursor<T> {

  final Sketch store;
  final List<T> elements;
  int next;
  boolean closed;

  ListCursor(Sketch store, List<T> elements, long from) {
    this.store = store;
    this.elements = elements;
    this.next = (int) Math.min(from, elements.size());
  }

  void requireUsable() {
    if (closed) {
      throw new StoreClosedException("the cursor");
    }
    store.requireOpen();
  }

  @Override
  public boolean hasNext() {
    requireUsable();
    return next < elements.size();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return elements.get(next++);
  }

  @Override
  public void close() {
    closed = true;
  }

  static class Records extends ListCursor<StoreRecord> implements RecordCursor {

    long seq = -1;

    Records(Sketch store, List<StoreRecord> records, long from) {
      super(store, records, from);
    }

    @Override
    public StoreRecord next() {
      StoreRecord record = store.given(super.next());
      seq = next - 1L;
      return record;
    }

    @Override
    public long seq() {
      if (seq < 0) {
        throw new IllegalStateException("next() has not returned a record yet");
      }
      return seq;
    }
  }
}
