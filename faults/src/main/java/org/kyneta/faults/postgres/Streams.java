package org.kyneta.faults.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Records to write, and streams that were read. */
final class Streams {

  static final StoreRecord META = meta("");

  private Streams() {}

  /** Returns metadata, which no other text gives. */
  static StoreRecord meta(String hex) {
    return StoreRecord.meta(
        StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, hex));
  }

  static StoreRecord entry(String text) {
    return StoreRecord.entry(Payload.json(Kind.SINCE, text), "1");
  }

  /** Returns metadata and so many entries. */
  static List<StoreRecord> stream(int entries, String text) {
    List<StoreRecord> records = new ArrayList<>(List.of(META));
    for (int i = 0; i < entries; i++) {
      records.add(entry(text + "/" + i));
    }
    return records;
  }

  static List<StoreRecord> plus(List<StoreRecord> records, List<StoreRecord> more) {
    return Stream.concat(records.stream(), more.stream()).toList();
  }

  static List<StoreRecord> load(Store store, String docId) {
    List<StoreRecord> records = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(docId)) {
      cursor.forEachRemaining(records::add);
    }
    return records;
  }

  /** Returns a stream in a few words: how long it is, and how it ends. */
  static String show(List<StoreRecord> records) {
    return records.isEmpty()
        ? "none"
        : "%d records, the last %s".formatted(records.size(), show(records.getLast()));
  }

  private static String show(StoreRecord record) {
    return record instanceof StoreRecord.Entry entry
            && entry.payload().data() instanceof Payload.Text(String text)
        ? text
        : "metadata";
  }
}
