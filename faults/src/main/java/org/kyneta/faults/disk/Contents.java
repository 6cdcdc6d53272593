package org.kyneta.faults.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/** What a store holds, read whole. */
final class Contents {

  private static final int LONGEST = 500;

  private Contents() {}

  static List<StoreRecord> stream(Store store, String docId) {
    try (RecordCursor cursor = store.loadAll(docId)) {
      return cursor.stream().toList();
    }
  }

  /**
   * Reads all documents, after verifying the store.
   *
   * @param findings is given everything that is wrong in itself
   */
  static Map<String, List<StoreRecord>> of(SqliteStore store, List<String> findings) {
    List<Finding> found = new ArrayList<>();
    if (!store.verify(found::add, Progress.NONE).isSound()) {
      findings.add("verify found " + found);
    }
    List<String> docIds;
    try (Cursor<String> cursor = store.listDocIds()) {
      docIds = cursor.stream().toList();
    }
    Map<String, List<StoreRecord>> contents = new TreeMap<>();
    for (String docId : docIds) {
      List<StoreRecord> stream = stream(store, docId);
      contents.put(docId, stream);
      if (!store.currentMeta(docId).equals(lastMeta(stream))) {
        findings.add(docId + ": the metadata index does not match the stream");
      }
    }
    return contents;
  }

  /** Cuts a text, such as all that an integrity check has found, to a line. */
  static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  private static Optional<StoreMeta> lastMeta(List<StoreRecord> stream) {
    return stream.reversed().stream()
        .filter(StoreRecord.Meta.class::isInstance)
        .map(record -> ((StoreRecord.Meta) record).meta())
        .findFirst();
  }
}
