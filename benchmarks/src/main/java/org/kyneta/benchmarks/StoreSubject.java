package org.kyneta.benchmarks;

import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/** The store. */
record StoreSubject(Store store) implements Subject {

  @Override
  public void append(String docId, Update update) {
    store.append(docId, update.entry());
  }

  @Override
  public Work load(String docId) {
    long records = 0;
    long bytes = 0;
    try (RecordCursor cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        records++;
        bytes += length(cursor.next());
      }
    }
    return new Work(records, bytes);
  }

  /** Returns how many bytes of payload a record has. */
  static int length(StoreRecord record) {
    return switch (record) {
      case StoreRecord.Meta meta -> 0;
      case Entry(Payload payload, String version) ->
          switch (payload.data()) {
            case Bytes(byte[] bytes) -> bytes.length;
            case Text(String text) -> text.length();
          };
    };
  }

  @Override
  public void close() {
    store.close();
  }
}
