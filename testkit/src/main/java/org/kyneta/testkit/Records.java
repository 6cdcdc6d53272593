package org.kyneta.testkit;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreRecord;

/** Records to write that watch how they are iterated, and misbehave where they are told to. */
final class Records implements Iterable<StoreRecord> {

  /** Nobody has a reason to ask for so many after one that must be refused. */
  private static final int FOR_EVER = 200_000;

  private final List<StoreRecord> records;
  private Runnable before = () -> {};
  private @Nullable Throwable failure;
  private @Nullable StoreRecord endless;
  private int iterators;

  Records(List<? extends StoreRecord> records) {
    this.records = new ArrayList<>(records);
  }

  /** Runs something before each record is handed out. */
  Records beforeEach(Runnable action) {
    before = action;
    return this;
  }

  /** Throws after the last record. */
  Records thenThrow(Throwable throwable) {
    failure = throwable;
    return this;
  }

  /** Hands out one record again and again after the last. */
  Records thenForEver(StoreRecord record) {
    endless = record;
    return this;
  }

  int iterators() {
    return iterators;
  }

  @Override
  public Iterator<StoreRecord> iterator() {
    iterators++;
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < records.size() || failure != null || endless != null;
      }

      @Override
      public StoreRecord next() {
        before.run();
        int i = next++;
        if (i < records.size()) {
          return records.get(i);
        }
        switch (failure) {
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          case null, default -> {}
        }
        StoreRecord record = endless;
        if (record == null || i > FOR_EVER) {
          throw new AssertionError("expected the iteration to be left, found it going on");
        }
        return record;
      }
    };
  }
}
