package org.kyneta.postgres;

import java.util.ArrayList;
import java.util.List;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Records to write, and streams that were read. */
final class Samples {

  static final StoreRecord META =
      StoreRecord.meta(StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, ""));

  private Samples() {}

  static StoreRecord entry(String text) {
    return StoreRecord.entry(Payload.json(Kind.SINCE, text), "1");
  }

  /** Metadata and so many entries. */
  static List<StoreRecord> stream(int entries, String text) {
    List<StoreRecord> records = new ArrayList<>();
    records.add(META);
    for (int i = 0; i < entries; i++) {
      records.add(entry(text + i));
    }
    return records;
  }

  /** Returns a stream, having seen that its numbers are 0, 1, 2 and so on. */
  static List<StoreRecord> load(Store store, String docId) {
    List<StoreRecord> records = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        records.add(cursor.next());
        if (cursor.seq() != records.size() - 1) {
          throw new AssertionError(
              "expected seq %d, found %d".formatted(records.size() - 1, cursor.seq()));
        }
      }
    }
    return records;
  }
}
