package org.kyneta.cli;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Payload;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Appends binary updates to one document, numbered in their versions.
 *
 * <p>The number goes on after the entries that are there. It is chosen inside the transaction,
 * where nobody else can write, so that several who record into one document do not give the same.
 */
final class UpdateRecorder {

  private final Store store;
  private final String docId;
  private @Nullable StoreMeta registration;
  private long entries;
  private long nextSeq;

  /**
   * Prepares to record.
   *
   * @param registration the metadata with which the document is registered if it does not exist
   */
  UpdateRecorder(Store store, String docId, StoreMeta registration) {
    this.store = store;
    this.docId = docId;
    this.registration = registration;
    countEntries();
  }

  /** Appends updates as one, all or none. */
  void append(List<byte[]> updates) {
    store.appendAll(docId, () -> records(updates));
  }

  private Iterator<StoreRecord> records(List<byte[]> updates) {
    StoreMeta meta = registration;
    boolean registers = meta != null && store.currentMeta(docId).isEmpty();
    registration = null;
    countEntries();
    Stream<StoreRecord> head =
        registers && meta != null ? Stream.of(StoreRecord.meta(meta)) : Stream.empty();
    nextSeq += updates.size() + (registers ? 1 : 0);
    return Stream.concat(head, updates.stream().map(this::entry)).iterator();
  }

  /** Counts the entries that have come since the last look. */
  private void countEntries() {
    try (RecordCursor records = store.loadAll(docId, nextSeq)) {
      while (records.hasNext()) {
        if (records.next() instanceof Entry) {
          entries++;
        }
        nextSeq = records.seq() + 1;
      }
    }
  }

  private StoreRecord entry(byte[] update) {
    return StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, update), Long.toString(++entries));
  }

  /** Returns the number of the last update that was appended. */
  long last() {
    return entries;
  }
}
