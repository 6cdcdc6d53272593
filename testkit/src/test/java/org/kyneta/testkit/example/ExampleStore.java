package org.kyneta.testkit.example;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * A store that keeps the whole contract in as few lines as possible, over a map in the place of a
 * database.
 *
 * <p>Documents are immutable values, and a write puts a new one in the place of the old: that makes
 * it atomic, and lets a cursor keep its moment for free. The price is a copy of the stream a write.
 */
final class ExampleStore implements Store {

  /** What outlives a store, and may be used by several. */
  static final class Database {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final NavigableMap<String, Document> documents = new TreeMap<>(DocIds.ORDER);
    private long states;
  }

  private record Document(List<StoreRecord> records, StoreMeta meta, Head head) {}

  private final Database database;
  private final Limits limits;
  private volatile boolean closed;

  ExampleStore(Database database, Limits limits) {
    this.database = database;
    this.limits = limits;
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    write(docId, records, null, /* append= */ true);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return write(docId, records, Objects.requireNonNull(expected), /* append= */ true);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    write(docId, records, null, /* append= */ false);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return write(docId, records, Objects.requireNonNull(expected), /* append= */ false);
  }

  private Head write(
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(records);
    return exclusively(() -> {
      Document current = requireHead(docId, expected);
      Document next =
          append ? appended(docId, current, records) : replaced(docId, current, records);
      if (next == null) {
        return headOf(current);
      }
      database.documents.put(docId, next);
      return next.head;
    });
  }

  private @Nullable Document appended(
      String docId, @Nullable Document current, Iterable<? extends StoreRecord> records) {
    List<StoreRecord> all = current == null ? new ArrayList<>() : new ArrayList<>(current.records);
    int before = all.size();
    StoreMeta meta = current == null ? null : current.meta;
    for (StoreRecord record : records) {
      StreamRules.checkSize(docId, record, limits);
      meta = StreamRules.afterAppend(docId, meta, record);
      all.add(copy(record));
    }
    return meta == null || all.size() == before ? null : document(all, meta);
  }

  private Document replaced(
      String docId, @Nullable Document current, Iterable<? extends StoreRecord> records) {
    List<StoreRecord> all = new ArrayList<>();
    StoreMeta meta = current == null ? null : current.meta;
    boolean hasMeta = false;
    for (StoreRecord record : records) {
      StreamRules.checkSize(docId, record, limits);
      meta = StreamRules.withinReplacement(docId, meta, record);
      hasMeta |= record instanceof StoreRecord.Meta;
      all.add(copy(record));
    }
    if (meta == null || !hasMeta) {
      throw StreamRules.replacementWithoutMeta(docId, all.size());
    }
    return document(all, meta);
  }

  /** Every state gets a number that no other has had, whatever is in it. */
  private Document document(List<StoreRecord> records, StoreMeta meta) {
    return new Document(records, meta, new Head(Long.toString(++database.states)));
  }

  @Override
  public void delete(String docId) {
    remove(docId, null);
  }

  @Override
  public void delete(String docId, Head expected) {
    remove(docId, Objects.requireNonNull(expected));
  }

  private void remove(String docId, @Nullable Head expected) {
    StreamRules.checkId(docId);
    exclusively(() -> {
      requireHead(docId, expected);
      return database.documents.remove(docId);
    });
  }

  private @Nullable Document requireHead(String docId, @Nullable Head expected) {
    Document current = database.documents.get(docId);
    if (expected != null && !expected.equals(headOf(current))) {
      throw new HeadConflictException(docId, expected, headOf(current));
    }
    return current;
  }

  private static Head headOf(@Nullable Document document) {
    return document == null ? Head.ABSENT : document.head;
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    Document document = find(docId);
    List<StoreRecord> records = document == null ? List.of() : document.records;
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    return new ExampleCursor.Records(records, fromSeq, this::requireOpen);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    return Optional.ofNullable(find(docId)).map(Document::meta);
  }

  @Override
  public Head head(String docId) {
    return headOf(find(docId));
  }

  private @Nullable Document find(String docId) {
    StreamRules.checkId(docId);
    return shared(() -> database.documents.get(docId));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    StreamRules.checkId(prefix);
    return new ExampleCursor<>(
        shared(() -> {
          NavigableMap<String, Document> from = database.documents.tailMap(prefix, true);
          Optional<String> end = DocIds.endOfPrefix(prefix);
          return List.copyOf(
              end.isPresent() ? from.headMap(end.get(), false).keySet() : from.keySet());
        }),
        0,
        this::requireOpen);
  }

  @Override
  public void close() {
    refuseWithinAWrite();
    database.lock.writeLock().lock();
    try {
      closed = true;
    } finally {
      database.lock.writeLock().unlock();
    }
  }

  /** Runs a write; the records that it is given may read from this store, but not write to it. */
  private <T extends @Nullable Object> T exclusively(Supplier<T> action) {
    refuseWithinAWrite();
    database.lock.writeLock().lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      database.lock.writeLock().unlock();
    }
  }

  private void refuseWithinAWrite() {
    if (database.lock.isWriteLockedByCurrentThread()) {
      throw new IllegalStateException("the records of a running write must not write or close");
    }
  }

  private <T extends @Nullable Object> T shared(Supplier<T> action) {
    database.lock.readLock().lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      database.lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }

  /** Arrays are the caller's before and after: what is kept must be out of everyone's reach. */
  static StoreRecord copy(StoreRecord record) {
    if (record instanceof StoreRecord.Entry(Payload payload, String version)
        && payload.data() instanceof Bytes(byte[] bytes)) {
      Bytes own = new Bytes(bytes.clone());
      return StoreRecord.entry(
          new Payload(payload.kind(), payload.encoding(), own, payload.lineage()), version);
    }
    return record;
  }
}
