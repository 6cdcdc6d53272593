package org.kyneta.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.StoreRecord.Entry;

/**
 * A store in memory, for tests and for documents that need not outlive the process.
 *
 * <p>Loads never wait. Writers wait for each other, whatever the document, and listings for them.
 * The records of a running write may read from the store.
 */
public final class InMemoryStore implements Store {

  private final Limits limits;
  private final ReentrantLock writer = new ReentrantLock();
  private final NavigableMap<String, Stream> streams = new ConcurrentSkipListMap<>(DocIds.ORDER);
  private long states;
  private volatile boolean closed;

  /** Makes an empty store with {@link Limits#DEFAULT}. */
  public InMemoryStore() {
    this(Limits.DEFAULT);
  }

  /**
   * Makes an empty store.
   *
   * @param limits how large the parts of what is written may be
   */
  public InMemoryStore(Limits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * One state of a document. The array is shared by the states that follow each other by appending:
   * a state reads only the {@code size} records that were there when it was made.
   */
  private record Stream(StoreRecord[] records, int size, StoreMeta meta, Head head) {}

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    write(docId, records, null, /* append= */ true);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return write(docId, records, Objects.requireNonNull(expected, "expected"), /* append= */ true);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    write(docId, records, null, /* append= */ false);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    return write(docId, records, Objects.requireNonNull(expected, "expected"), /* append= */ false);
  }

  private Head write(
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected,
      boolean append) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(records, "records");
    lockForWriting();
    try {
      Stream current = streams.get(docId);
      requireHead(docId, current, expected);
      Stream next = append ? appended(docId, current, records) : replaced(docId, current, records);
      if (next == null) {
        return headOf(current);
      }
      streams.put(docId, next);
      return next.head;
    } finally {
      writer.unlock();
    }
  }

  private @Nullable Stream appended(
      String docId, @Nullable Stream current, Iterable<? extends StoreRecord> records) {
    StoreRecord[] array = current == null ? new StoreRecord[4] : current.records;
    int size = current == null ? 0 : current.size;
    int before = size;
    StoreMeta meta = current == null ? null : current.meta;
    for (StoreRecord record : records) {
      meta = StreamRules.afterAppend(docId, meta, checked(docId, record));
      if (size == array.length) {
        array = Arrays.copyOf(array, size * 2);
      }
      array[size++] = ownCopy(record);
    }
    return meta == null || size == before ? null : new Stream(array, size, meta, newHead());
  }

  private Stream replaced(
      String docId, @Nullable Stream current, Iterable<? extends StoreRecord> records) {
    List<StoreRecord> list = new ArrayList<>();
    StoreMeta meta = current == null ? null : current.meta;
    boolean hasMeta = false;
    for (StoreRecord record : records) {
      meta = StreamRules.withinReplacement(docId, meta, checked(docId, record));
      hasMeta |= record instanceof StoreRecord.Meta;
      list.add(ownCopy(record));
    }
    if (meta == null || !hasMeta) {
      throw StreamRules.replacementWithoutMeta(docId, list.size());
    }
    return new Stream(list.toArray(StoreRecord[]::new), list.size(), meta, newHead());
  }

  private StoreRecord checked(String docId, StoreRecord record) {
    StreamRules.checkSize(docId, Objects.requireNonNull(record, "record"), limits);
    return record;
  }

  /** Arrays are handed in and out as copies, so that what is stored cannot be changed. */
  private static StoreRecord ownCopy(StoreRecord record) {
    if (record instanceof Entry(Payload payload, String version)
        && payload.data() instanceof Bytes(byte[] bytes)) {
      return new Entry(
          new Payload(
              payload.kind(), payload.encoding(), new Bytes(bytes.clone()), payload.lineage()),
          version);
    }
    return record;
  }

  private Head newHead() {
    return new Head(Long.toString(++states));
  }

  private static Head headOf(@Nullable Stream stream) {
    return stream == null ? Head.ABSENT : stream.head;
  }

  private static void requireHead(String docId, @Nullable Stream current, @Nullable Head expected) {
    if (expected != null && !expected.equals(headOf(current))) {
      throw new HeadConflictException(docId, expected, headOf(current));
    }
  }

  @Override
  public void delete(String docId) {
    remove(docId, null);
  }

  @Override
  public void delete(String docId, Head expected) {
    remove(docId, Objects.requireNonNull(expected, "expected"));
  }

  private void remove(String docId, @Nullable Head expected) {
    StreamRules.checkId(docId);
    lockForWriting();
    try {
      requireHead(docId, streams.get(docId), expected);
      streams.remove(docId);
    } finally {
      writer.unlock();
    }
  }

  private void lockForWriting() {
    if (writer.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "the records of a running write must not write to the same store");
    }
    writer.lock();
    if (closed) {
      writer.unlock();
      throw new StoreClosedException("the store");
    }
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    StreamRules.checkId(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    return new Records(read(docId), fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    StreamRules.checkId(docId);
    return Optional.ofNullable(read(docId)).map(Stream::meta);
  }

  @Override
  public Head head(String docId) {
    StreamRules.checkId(docId);
    return headOf(read(docId));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    StreamRules.checkId(prefix);
    NavigableMap<String, Stream> range =
        DocIds.endOfPrefix(prefix)
            .map(end -> streams.subMap(prefix, true, end, false))
            .orElseGet(() -> streams.tailMap(prefix, true));
    // The map's own iterator would show later writes: the moment is kept by copying the answer.
    writer.lock();
    try {
      requireOpen();
      return new Ids(List.copyOf(range.keySet()).iterator());
    } finally {
      writer.unlock();
    }
  }

  /**
   * Looks before it asks whether the store is open: one that is being closed has lost its streams.
   */
  private @Nullable Stream read(String docId) {
    Stream stream = streams.get(docId);
    requireOpen();
    return stream;
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }

  @Override
  public void close() {
    if (writer.isHeldByCurrentThread()) {
      throw new IllegalStateException("the records of a running write must not close the store");
    }
    writer.lock();
    try {
      closed = true;
      streams.clear();
    } finally {
      writer.unlock();
    }
  }

  private abstract class MemoryCursor<T> implements Cursor<T> {

    private boolean cursorClosed;

    final void requireUsable() {
      if (cursorClosed) {
        throw new StoreClosedException("the cursor");
      }
      requireOpen();
    }

    @Override
    public final void close() {
      cursorClosed = true;
    }
  }

  private final class Ids extends MemoryCursor<String> {

    private final Iterator<String> ids;

    Ids(Iterator<String> ids) {
      this.ids = ids;
    }

    @Override
    public boolean hasNext() {
      requireUsable();
      return ids.hasNext();
    }

    @Override
    public String next() {
      requireUsable();
      return ids.next();
    }
  }

  private final class Records extends MemoryCursor<StoreRecord> implements RecordCursor {

    private final @Nullable Stream stream;
    private int next;
    private long seq = -1;

    Records(@Nullable Stream stream, long fromSeq) {
      this.stream = stream;
      this.next = (int) Math.min(fromSeq, Integer.MAX_VALUE);
    }

    @Override
    public boolean hasNext() {
      requireUsable();
      return stream != null && next < stream.size;
    }

    @Override
    public StoreRecord next() {
      requireUsable();
      if (stream == null || next >= stream.size) {
        throw new NoSuchElementException();
      }
      seq = next;
      return ownCopy(stream.records[next++]);
    }

    @Override
    public long seq() {
      if (seq < 0) {
        throw new IllegalStateException("next() has not returned a record yet");
      }
      return seq;
    }
  }
}
