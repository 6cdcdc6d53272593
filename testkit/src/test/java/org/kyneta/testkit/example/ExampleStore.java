package org.kyneta.testkit.example;

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
import org.kyneta.store.Store;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * A store that keeps the whole contract in few lines, over a map in the place of a database.
 *
 * <p>Documents are immutable values, and a write puts a new one in the place of the old: that makes
 * it atomic, and lets a cursor keep its moment for free. The price is a copy of the stream a write.
 */
final class ExampleStore implements Store {

  private record Document(List<StoreRecord> records, StoreMeta meta, Head head) {}

  private final NavigableMap<String, Document> documents = new TreeMap<>(DocIds.ORDER);
  private final ReentrantLock lock = new ReentrantLock();
  private final Limits limits;
  private long states;
  private volatile boolean closed;

  ExampleStore(Limits limits) {
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
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head head, boolean append) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(records);
    return writing(() -> {
      Document current = requireHead(docId, head);
      Document next = changed(docId, current, records, append);
      if (next != null) {
        documents.put(docId, next);
      }
      return headOf(next == null ? current : next);
    });
  }

  private @Nullable Document changed(
      String docId,
      @Nullable Document current,
      Iterable<? extends StoreRecord> records,
      boolean append) {
    List<StoreRecord> added = new ArrayList<>();
    StoreMeta meta = current == null ? null : current.meta;
    boolean hasMeta = false;
    for (StoreRecord record : records) {
      StreamRules.checkSize(docId, record, limits);
      meta =
          append
              ? StreamRules.afterAppend(docId, meta, record)
              : StreamRules.withinReplacement(docId, meta, record);
      hasMeta |= record instanceof StoreRecord.Meta;
      added.add(copy(record));
    }
    if (!append && !hasMeta) {
      throw StreamRules.replacementWithoutMeta(docId, added.size());
    }
    if (meta == null || added.isEmpty()) {
      return null;
    }
    if (append && current != null) {
      added.addAll(0, current.records);
    }
    // Every state gets a number that no other has had, whatever is in it.
    return new Document(added, meta, new Head(Long.toString(++states)));
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
    writing(() -> {
      requireHead(docId, expected);
      return documents.remove(docId);
    });
  }

  private @Nullable Document requireHead(String docId, @Nullable Head expected) {
    Document current = documents.get(docId);
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
    Optional<Document> document = find(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    List<StoreRecord> records = document.map(Document::records).orElse(List.of());
    return new ExampleCursor.Records(records, fromSeq, this::requireOpen);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    return find(docId).map(Document::meta);
  }

  @Override
  public Head head(String docId) {
    return headOf(find(docId).orElse(null));
  }

  private Optional<Document> find(String docId) {
    StreamRules.checkId(docId);
    return locked(() -> Optional.ofNullable(documents.get(docId)));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    StreamRules.checkId(prefix);
    NavigableMap<String, Document> from = documents.tailMap(prefix, true);
    Optional<String> end = DocIds.endOfPrefix(prefix);
    List<String> ids =
        locked(() -> List.copyOf(end.map(e -> from.headMap(e, false)).orElse(from).keySet()));
    return new ExampleCursor<>(ids, 0, this::requireOpen);
  }

  @Override
  public void close() {
    refuseWithinAWrite();
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Runs a write; the records that it is given may read from this store, but not write to it. */
  private <T extends @Nullable Object> T writing(Supplier<T> action) {
    refuseWithinAWrite();
    return locked(action);
  }

  private void refuseWithinAWrite() {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the records of a running write must not write or close");
    }
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      lock.unlock();
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
