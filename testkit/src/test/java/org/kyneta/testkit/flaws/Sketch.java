package org.kyneta.testkit.flaws;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
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
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/** A sound store every step of which a flawed one can take otherwise. */
class Sketch implements Store {

  /** What several stores share. */
  static final class Data {
    final ReentrantLock lock = new ReentrantLock();
    final NavigableMap<String, Document> documents = new TreeMap<>(DocIds.ORDER);
    long states;
    int stepThatFails;
    @Nullable Data neighbour;

    /** Fails if the storage is to fail now. */
    void step() {
      if (stepThatFails > 0 && --stepThatFails == 0) {
        throw new StorageException("injected", null);
      }
    }
  }

  record Document(List<StoreRecord> records, StoreMeta meta, Head head) {}

  final Data data;
  final Limits limits;
  volatile boolean closed;

  Sketch(Data data, Limits limits) {
    this.data = data;
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

  Head write(
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    checkWritten(docId);
    Objects.requireNonNull(records);
    return exclusively(() -> {
      requireHead(docId, expected);
      Document current = data.documents.get(docId);
      List<StoreRecord> all =
          append && current != null ? new ArrayList<>(current.records) : new ArrayList<>();
      int before = all.size();
      StoreMeta meta = current == null ? null : current.meta;
      boolean hasMeta = append;
      for (StoreRecord record : records) {
        checkSize(docId, record);
        meta = check(docId, meta, record, append);
        hasMeta |= record instanceof StoreRecord.Meta;
        all.add(kept(record));
      }
      if (append && all.size() == before) {
        return headOf(current);
      }
      if (meta == null || !hasMeta) {
        throw StreamRules.replacementWithoutMeta(docId, all.size());
      }
      Document next = new Document(all, meta, newHead(all));
      publish(docId, next);
      return next.head;
    });
  }

  void checkWritten(String docId) {
    StreamRules.checkId(docId, limits);
  }

  void checkRead(String docId) {
    StreamRules.checkId(docId);
  }

  void checkSize(String docId, StoreRecord record) {
    StreamRules.checkSize(docId, record, limits);
  }

  @Nullable StoreMeta check(
      String docId, @Nullable StoreMeta meta, StoreRecord record, boolean append) {
    return append
        ? StreamRules.afterAppend(docId, meta, record)
        : StreamRules.withinReplacement(docId, meta, record);
  }

  StoreRecord kept(StoreRecord record) {
    return copy(record);
  }

  StoreRecord given(StoreRecord record) {
    return copy(record);
  }

  static StoreRecord copy(StoreRecord record) {
    if (record instanceof StoreRecord.Entry(Payload payload, String version)
        && payload.data() instanceof Bytes(byte[] bytes)) {
      Bytes own = new Bytes(bytes.clone());
      return StoreRecord.entry(
          new Payload(payload.kind(), payload.encoding(), own, payload.lineage()), version);
    }
    return record;
  }

  Head newHead(List<StoreRecord> records) {
    return new Head("state " + ++data.states);
  }

  void publish(String docId, Document next) {
    data.step();
    data.documents.put(docId, next);
  }

  @Override
  public void delete(String docId) {
    remove(docId, null);
  }

  @Override
  public void delete(String docId, Head expected) {
    remove(docId, Objects.requireNonNull(expected));
  }

  void remove(String docId, @Nullable Head expected) {
    checkRead(docId);
    exclusively(() -> {
      requireHead(docId, expected);
      data.step();
      return data.documents.remove(docId);
    });
  }

  void requireHead(String docId, @Nullable Head expected) {
    Head actual = headOf(data.documents.get(docId));
    if (expected != null && !expected.equals(actual)) {
      throw new HeadConflictException(docId, expected, actual);
    }
  }

  static Head headOf(@Nullable Document document) {
    return document == null ? Head.ABSENT : document.head;
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    Document document = find(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    return records(document == null ? List.of() : document.records, fromSeq);
  }

  RecordCursor records(List<StoreRecord> records, long fromSeq) {
    return new ListCursor.Records(this, records, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    return Optional.ofNullable(find(docId)).map(Document::meta);
  }

  @Override
  public Head head(String docId) {
    return headOf(find(docId));
  }

  @Nullable Document find(String docId) {
    checkRead(docId);
    return locked(() -> data.documents.get(docId));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    checkRead(prefix);
    return ids(locked(() -> matching(prefix)));
  }

  List<String> matching(String prefix) {
    return data.documents.keySet().stream().filter(id -> id.startsWith(prefix)).toList();
  }

  Cursor<String> ids(List<String> ids) {
    return new ListCursor<>(this, ids, 0);
  }

  @Override
  public void close() {
    refuseWithinAWrite();
    data.lock.lock();
    try {
      closed = true;
    } finally {
      data.lock.unlock();
    }
  }

  <T extends @Nullable Object> T exclusively(Supplier<T> action) {
    refuseWithinAWrite();
    return locked(action);
  }

  void refuseWithinAWrite() {
    if (data.lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the records of a running write must not write or close");
    }
  }

  <T extends @Nullable Object> T locked(Supplier<T> action) {
    data.lock.lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      data.lock.unlock();
    }
  }

  void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }
}
