package org.kyneta.faults;

import java.util.Optional;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/** A store that does everything by way of another one, for those that do something worse. */
public abstract class ForwardingStore implements Store {

  /** The store that is worked on. */
  protected final Store target;

  /**
   * Wraps a store.
   *
   * @param target the store, which is closed with this one
   */
  protected ForwardingStore(Store target) {
    this.target = target;
  }

  @Override
  public void append(String docId, StoreRecord record) {
    target.append(docId, record);
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    target.appendAll(docId, records);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return target.appendAll(docId, records, expected);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    target.replace(docId, records);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return target.replace(docId, records, expected);
  }

  @Override
  public void delete(String docId) {
    target.delete(docId);
  }

  @Override
  public void delete(String docId, Head expected) {
    target.delete(docId, expected);
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    return target.loadAll(docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    return target.currentMeta(docId);
  }

  @Override
  public Head head(String docId) {
    return target.head(docId);
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    return target.listDocIds(prefix);
  }

  @Override
  public void close() {
    target.close();
  }
}
