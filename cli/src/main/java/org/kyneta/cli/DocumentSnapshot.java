package org.kyneta.cli;

import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;

/**
 * A document's metadata and its stream, of one moment.
 *
 * <p>The two are asked for one after the other, and somebody may write in between: so they are
 * asked for until the metadata is the same before and after.
 */
final class DocumentSnapshot implements Iterator<StoreRecord>, AutoCloseable {

  private final StoreMeta meta;
  private final RecordCursor records;
  private @Nullable StoreMeta last;

  private DocumentSnapshot(StoreMeta meta, RecordCursor records) {
    this.meta = meta;
    this.records = records;
  }

  /** Returns a document as it is now; empty if there is none. */
  static Optional<DocumentSnapshot> of(Store store, String docId) {
    Optional<StoreMeta> before = store.currentMeta(docId);
    while (before.isPresent()) {
      RecordCursor records = store.loadAll(docId);
      boolean handedOver = false;
      try {
        Optional<StoreMeta> after = store.currentMeta(docId);
        if (after.equals(before)) {
          handedOver = true;
          return Optional.of(new DocumentSnapshot(before.get(), records));
        }
        before = after;
      } finally {
        if (!handedOver) {
          records.close();
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the metadata that the index holds. */
  StoreMeta meta() {
    return meta;
  }

  @Override
  public boolean hasNext() {
    return records.hasNext();
  }

  @Override
  public StoreRecord next() {
    StoreRecord record = records.next();
    if (record instanceof Meta(StoreMeta offered)) {
      last = offered;
    }
    return record;
  }

  /** Returns whether the stream, read to its end, says the same as the index. */
  boolean agrees() {
    return last != null && meta.equals(last);
  }

  @Override
  public void close() {
    records.close();
  }
}
