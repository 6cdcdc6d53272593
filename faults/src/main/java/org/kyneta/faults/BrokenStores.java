package org.kyneta.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** Stores that break a promise, which a fault must find out. */
public final class BrokenStores {

  private BrokenStores() {}

  /** Returns a store that answers a write when it has been noted in memory, and does it later. */
  public static Store early(Store target) {
    return new Early(target);
  }

  /** Returns a store that replaces a stream by removing it and then adding the new one. */
  public static Store twoStepped(Store target) {
    return new TwoStepped(target);
  }

  /** Returns a store that says that writes were done which the storage has refused. */
  public static Store deaf(Store target) {
    return new Deaf(target);
  }

  private static final class Early extends ForwardingStore {

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    Early(Store target) {
      super(target);
    }

    @Override
    public void append(String docId, StoreRecord record) {
      executor.execute(() -> target.append(docId, record));
    }

    @Override
    public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
      List<StoreRecord> copy = copy(records);
      executor.execute(() -> target.appendAll(docId, copy));
    }

    @Override
    public void replace(String docId, Iterable<? extends StoreRecord> records) {
      List<StoreRecord> copy = copy(records);
      executor.execute(() -> target.replace(docId, copy));
    }

    @Override
    public void delete(String docId) {
      executor.execute(() -> target.delete(docId));
    }

    @Override
    public void close() {
      executor.close();
      super.close();
    }
  }

  private static List<StoreRecord> copy(Iterable<? extends StoreRecord> records) {
    List<StoreRecord> copy = new ArrayList<>();
    records.forEach(copy::add);
    return copy;
  }

  private static final class TwoStepped extends ForwardingStore {

    TwoStepped(Store target) {
      super(target);
    }

    @Override
    public void replace(String docId, Iterable<? extends StoreRecord> records) {
      target.delete(docId);
      target.appendAll(docId, records);
    }
  }

  private static final class Deaf extends ForwardingStore {

    Deaf(Store target) {
      super(target);
    }

    @Override
    public void append(String docId, StoreRecord record) {
      ignoringFailure(() -> target.append(docId, record));
    }

    @Override
    public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
      ignoringFailure(() -> target.appendAll(docId, records));
    }

    @Override
    public void replace(String docId, Iterable<? extends StoreRecord> records) {
      ignoringFailure(() -> target.replace(docId, records));
    }

    @Override
    public void delete(String docId) {
      ignoringFailure(() -> target.delete(docId));
    }

    private static void ignoringFailure(Runnable write) {
      try {
        write.run();
      } catch (StorageException e) {
        System.getLogger("org.kyneta.faults").log(System.Logger.Level.DEBUG, "ignored", e);
      }
    }
  }
}
