package org.kyneta.faults.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * A store that breaks its promise: it says that records are stored a while before they are, and
 * says nothing if they cannot be.
 */
final class LateStore implements Store {

  private static final int MILLIS = 200;

  private final Store store;
  private final List<Append> waiting = new ArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private record Append(String docId, List<StoreRecord> records) {}

  LateStore(Store store) {
    this.store = store;
    var _ = timer.scheduleWithFixedDelay(this::write, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void write() {
    for (Append append : waiting) {
      try {
        store.appendAll(append.docId, append.records);
      } catch (StoreException e) {
        // This is what is broken about it.
      }
    }
    waiting.clear();
  }

  @Override
  public synchronized void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    List<StoreRecord> copy = new ArrayList<>();
    records.forEach(copy::add);
    waiting.add(new Append(docId, copy));
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    write();
    return store.appendAll(docId, records, expected);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    write();
    store.replace(docId, records);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    write();
    return store.replace(docId, records, expected);
  }

  @Override
  public void delete(String docId) {
    write();
    store.delete(docId);
  }

  @Override
  public void delete(String docId, Head expected) {
    write();
    store.delete(docId, expected);
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    write();
    return store.loadAll(docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    write();
    return store.currentMeta(docId);
  }

  @Override
  public Head head(String docId) {
    write();
    return store.head(docId);
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    write();
    return store.listDocIds(prefix);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    store.close();
  }
}
