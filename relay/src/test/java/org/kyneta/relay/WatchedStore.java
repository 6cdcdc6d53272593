package org.kyneta.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/** A store in memory that says what it is asked for, and fails or waits when it is told to. */
final class WatchedStore implements Store {

  final InMemoryStore store = new InMemoryStore();

  /** How many records each write had. */
  final List<Integer> writes = new CopyOnWriteArrayList<>();

  /** The documents that were read, in order. */
  final List<String> reads = new CopyOnWriteArrayList<>();

  volatile boolean failing;
  volatile Runnable beforeWrite = () -> {};
  volatile Consumer<String> beforeRead = docId -> {};
  volatile Runnable beforeReplace = () -> {};
  volatile Runnable afterWrite = () -> {};

  private void write(List<? extends StoreRecord> records) {
    beforeWrite.run();
    failIfToldTo();
    writes.add(records.size());
  }

  private void failIfToldTo() {
    if (failing) {
      throw new StorageException("the disk is gone", null);
    }
  }

  private static List<StoreRecord> copy(Iterable<? extends StoreRecord> records) {
    List<StoreRecord> copy = new ArrayList<>();
    records.forEach(copy::add);
    return copy;
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    write(copy(records));
    store.appendAll(docId, records);
    afterWrite.run();
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    write(copy(records));
    return store.appendAll(docId, records, expected);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    beforeReplace.run();
    write(copy(records));
    store.replace(docId, records);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    beforeReplace.run();
    write(copy(records));
    return store.replace(docId, records, expected);
  }

  @Override
  public void delete(String docId) {
    store.delete(docId);
  }

  @Override
  public void delete(String docId, Head expected) {
    store.delete(docId, expected);
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    beforeRead.accept(docId);
    failIfToldTo();
    reads.add(docId);
    return store.loadAll(docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    beforeRead.accept(docId);
    failIfToldTo();
    return store.currentMeta(docId);
  }

  @Override
  public Head head(String docId) {
    failIfToldTo();
    return store.head(docId);
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    return store.listDocIds(prefix);
  }

  /** Returns a document's records. */
  List<StoreRecord> records(String docId) {
    List<StoreRecord> records = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        records.add(cursor.next());
      }
    }
    return records;
  }

  @Override
  public void close() {
    store.close();
  }
}
