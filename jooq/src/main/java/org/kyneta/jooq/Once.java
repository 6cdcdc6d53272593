package org.kyneta.jooq;

import java.io.Serial;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.kyneta.store.StoreRecord;

/**
 * The records of a write, which may be iterated only once unless they are a list: so a transaction
 * that was rolled back can be done again as long as it has not begun them.
 */
final class Once implements Iterable<StoreRecord> {

  private final Iterable<? extends StoreRecord> records;
  private boolean begun;

  Once(Iterable<? extends StoreRecord> records) {
    this.records = Objects.requireNonNull(records, "records");
  }

  /** What the caller's own iteration has thrown, which is nobody's business but the caller's. */
  static final class Thrown extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    private final transient RuntimeException original;

    Thrown(RuntimeException original) {
      super(original);
      this.original = original;
    }

    RuntimeException original() {
      return original;
    }
  }

  private static <T> T passingOn(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw new Thrown(e);
    }
  }

  /** Returns whether the records may be iterated, for the first time or again. */
  boolean mayBegin() {
    return !begun || records instanceof List;
  }

  @Override
  public Iterator<StoreRecord> iterator() {
    begun = true;
    Iterator<? extends StoreRecord> iterator = passingOn(records::iterator);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return passingOn(iterator::hasNext);
      }

      @Override
      public StoreRecord next() {
        return passingOn(iterator::next);
      }
    };
  }
}
