package org.kyneta.sqlite;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * All writes of one store: short appends share a transaction with others that wait, all else has
 * one of its own. Safe for use by several threads.
 */
final class Writes {

  /** Up to how many records a list may be planned as a whole, and so share a transaction. */
  private static final int SHORT_LIST = 256;

  private final Connections connections;
  private final Documents documents;
  private final Limits limits;

  Writes(Connections connections, Documents documents, Limits limits) {
    this.connections = connections;
    this.documents = documents;
    this.limits = limits;
  }

  void append(String docId, StoreRecord record) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(record, "record");
    connections.append(new Append(docId, adapter -> documents.append(adapter, docId, record)));
  }

  /** Returns the new head if one is expected, else null. */
  @Nullable Head appendAll(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(records, "records");
    if (expected == null
        && records instanceof List<? extends StoreRecord> list
        && list.size() <= SHORT_LIST) {
      List<StoreRecord> few = List.copyOf(list);
      connections.append(new Append(docId, adapter -> documents.appendFew(adapter, docId, few)));
      return null;
    }
    return connections.write(
        docId, "append", adapter -> documents.appendAll(adapter, docId, records, expected));
  }

  /** Returns the new head if one is expected, else null. */
  @Nullable Head replace(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    StreamRules.checkId(docId, limits);
    Objects.requireNonNull(records, "records");
    return connections.write(
        docId, "replace", adapter -> documents.replace(adapter, docId, records, expected));
  }

  void delete(String docId, @Nullable Head expected) {
    StreamRules.checkId(docId);
    connections.<@Nullable Void>write(
        docId,
        "delete",
        adapter -> {
          documents.delete(adapter, docId, expected);
          return null;
        });
  }
}
