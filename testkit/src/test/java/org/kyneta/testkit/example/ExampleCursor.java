package org.kyneta.testkit.example;

import java.util.List;
import java.util.NoSuchElementException;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;

/** A cursor over a list that nobody changes. */
class ExampleCursor<T> implements Cursor<T> {

  private final List<T> elements;
  private final Runnable requireOpen;
  private int next;
  private boolean closed;

  ExampleCursor(List<T> elements, long from, Runnable requireOpen) {
    this.elements = elements;
    this.next = (int) Math.min(from, elements.size());
    this.requireOpen = requireOpen;
  }

  @Override
  public boolean hasNext() {
    if (closed) {
      throw new StoreClosedException("the cursor");
    }
    requireOpen.run();
    return next < elements.size();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return elements.get(next++);
  }

  int position() {
    return next;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A cursor over records, whose sequence numbers are their places in the list. */
  static final class Records extends ExampleCursor<StoreRecord> implements RecordCursor {

    private int seq = -1;

    Records(List<StoreRecord> records, long fromSeq, Runnable requireOpen) {
      super(records, fromSeq, requireOpen);
    }

    @Override
    public StoreRecord next() {
      StoreRecord record = ExampleStore.copy(super.next());
      seq = position() - 1;
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
