package org.kyneta.jooq;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kyneta.store.Cursor;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Records to write, and what a store holds. */
final class Samples {

  static final StoreMeta META = meta("01abc");

  private Samples() {}

  static StoreMeta meta(String schemaHash) {
    return StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, schemaHash);
  }

  static StoreRecord entry(int number) {
    return StoreRecord.entry(
        Payload.binary(Kind.SINCE, new byte[] {1, (byte) number}), "v" + number);
  }

  static StoreRecord bytes(byte[] bytes) {
    return StoreRecord.entry(Payload.binary(Kind.ENTIRETY, bytes), "");
  }

  /** A record of metadata and entries after it. */
  static List<StoreRecord> stream(int size) {
    return Stream.concat(
            Stream.of(StoreRecord.meta(META)), IntStream.range(1, size).mapToObj(Samples::entry))
        .toList();
  }

  static List<StoreRecord> load(Store store, String docId) {
    try (Cursor<StoreRecord> cursor = store.loadAll(docId)) {
      return cursor.stream().toList();
    }
  }

  static List<String> ids(Store store) {
    try (Cursor<String> cursor = store.listDocIds()) {
      return cursor.stream().toList();
    }
  }
}
