package org.kyneta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * All that can be read from a store.
 *
 * @param documents the documents in the order of the listing
 */
record Contents(Map<String, Document> documents) {

  /** All that can be read of a document. */
  record Document(Optional<StoreMeta> meta, Head head, List<Numbered> stream) {}

  /** A record and its sequence number. */
  record Numbered(long seq, StoreRecord record) {}

  static Contents of(Store store) {
    Map<String, Document> documents = new LinkedHashMap<>();
    for (String id : ids(store)) {
      documents.put(id, document(store, id));
    }
    return new Contents(documents);
  }

  static Document document(Store store, String docId) {
    return new Document(store.currentMeta(docId), store.head(docId), numbered(store, docId));
  }

  static List<Numbered> numbered(Store store, String docId) {
    try (RecordCursor cursor = store.loadAll(docId)) {
      return rest(cursor);
    }
  }

  static List<Numbered> rest(RecordCursor cursor) {
    List<Numbered> list = new ArrayList<>();
    while (cursor.hasNext()) {
      StoreRecord record = cursor.next();
      list.add(new Numbered(cursor.seq(), record));
    }
    return list;
  }

  static List<StoreRecord> load(Store store, String docId) {
    return load(store, docId, 0);
  }

  static List<StoreRecord> load(Store store, String docId, long fromSeq) {
    try (RecordCursor cursor = store.loadAll(docId, fromSeq)) {
      return rest(cursor).stream().map(Numbered::record).toList();
    }
  }

  static List<String> ids(Store store) {
    try (Cursor<String> cursor = store.listDocIds()) {
      return elements(cursor);
    }
  }

  static List<String> ids(Store store, String prefix) {
    try (Cursor<String> cursor = store.listDocIds(prefix)) {
      return elements(cursor);
    }
  }

  static <T> List<T> elements(Cursor<T> cursor) {
    List<T> list = new ArrayList<>();
    cursor.forEachRemaining(list::add);
    return list;
  }

  /**
   * Asserts that a document consists of these records, numbered from 0, and of the last's metadata.
   */
  static void assertStream(Store store, String docId, List<? extends StoreRecord> expected) {
    List<Numbered> found = numbered(store, docId);
    assertThat(found).extracting(Numbered::record).isEqualTo(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).seq()).isEqualTo(i);
    }
    assertThat(store.currentMeta(docId)).isEqualTo(Samples.lastMeta(expected));
    List<String> listed = ids(store, docId);
    if (expected.isEmpty()) {
      assertThat(listed).doesNotContain(docId);
    } else {
      assertThat(listed).startsWith(docId);
    }
  }

  /** Asserts that there is no trace of a document. */
  static void assertAbsent(Store store, String docId) {
    assertStream(store, docId, List.of());
    assertThat(store.head(docId)).isEqualTo(Head.ABSENT);
  }
}
