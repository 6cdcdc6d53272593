package org.kyneta.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Optional;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * A store with the pool that it has to itself.
 *
 * @param store the store
 * @param pool closed after it
 */
record PooledStore(Store store, HikariDataSource pool) implements Store {

  @Override
  public void append(String docId, StoreRecord record) {
    store.append(docId, record);
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    store.appendAll(docId, records);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return store.appendAll(docId, records, expected);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    store.replace(docId, records);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
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
    return store.loadAll(docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    return store.currentMeta(docId);
  }

  @Override
  public Head head(String docId) {
    return store.head(docId);
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    return store.listDocIds(prefix);
  }

  @Override
  public void close() {
    store.close();
    pool.close();
  }
}
