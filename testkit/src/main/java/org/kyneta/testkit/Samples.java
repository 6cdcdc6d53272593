package org.kyneta.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;
import org.kyneta.store.SyncMode;

/** Records to write. */
final class Samples {

  static final ReplicaType YJS = new ReplicaType("yjs", 1, 0);

  static final StoreMeta META = meta("hash");

  /** Metadata that {@link #META} cannot be followed by. */
  static final StoreMeta INCOMPATIBLE =
      StoreMeta.of(new ReplicaType("loro", 1, 0), SyncMode.COLLABORATIVE, "hash");

  private Samples() {}

  static StoreMeta meta(String schemaHash) {
    return StoreMeta.of(YJS, SyncMode.COLLABORATIVE, schemaHash);
  }

  static StoreRecord metaRecord() {
    return StoreRecord.meta(META);
  }

  static StoreRecord metaRecord(String schemaHash) {
    return StoreRecord.meta(meta(schemaHash));
  }

  /** Returns a change that is told from others by a text. */
  static StoreRecord entry(String text) {
    return StoreRecord.entry(Payload.json(Kind.SINCE, text), "version of " + text);
  }

  static StoreRecord entry(int number) {
    return entry("change " + number);
  }

  static StoreRecord bytes(byte... bytes) {
    return StoreRecord.entry(Payload.binary(Kind.SINCE, bytes), "");
  }

  /** Returns a stream of so many records, the first of which is metadata. */
  static List<StoreRecord> stream(int size) {
    return stream(size, "change");
  }

  /** Returns a stream of so many records whose entries are told from others by a text. */
  static List<StoreRecord> stream(int size, String text) {
    List<StoreRecord> records = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      records.add(i == 0 ? metaRecord() : entry(text + " " + i));
    }
    return Collections.unmodifiableList(records);
  }

  /** Returns the metadata of the last record that has any. */
  static Optional<StoreMeta> lastMeta(List<? extends StoreRecord> records) {
    for (StoreRecord record : records.reversed()) {
      if (record instanceof Meta(StoreMeta meta)) {
        return Optional.of(meta);
      }
    }
    return Optional.empty();
  }

  /** Returns the elements of several lists, one list after the other. */
  @SafeVarargs
  static List<StoreRecord> concat(List<? extends StoreRecord>... lists) {
    List<StoreRecord> all = new ArrayList<>();
    for (List<? extends StoreRecord> list : lists) {
      all.addAll(list);
    }
    return all;
  }
}
