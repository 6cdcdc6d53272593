package org.kyneta.sqlite;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.HeadDigest;
import org.kyneta.sql.IndexReader;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.WritePlan;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * What a transaction does to one document's rows, and what is read from them: the plan is made of
 * what is there, each row is written as it is planned, and the metadata index follows at the end.
 */
final class Documents {

  private final RowCodec codec;
  private final Statements statements;
  private final Limits limits;
  private final IndexReader index;
  private final Tails tails;

  Documents(RowCodec codec, Statements statements, Limits limits, Tails tails) {
    this.codec = codec;
    this.statements = statements;
    this.limits = limits;
    this.index = new IndexReader(codec);
    this.tails = tails;
  }

  void append(SqliteAdapter adapter, String docId, StoreRecord record) {
    WritePlan plan =
        record instanceof StoreRecord.Entry
            ? planEntry(adapter, docId)
            : planAppend(adapter, docId);
    Row row = plan.next(record);
    statements.insert(adapter, docId, row);
    plan.meta().ifPresent(meta -> statements.upsert(adapter, docId, meta));
    tails.note(docId, row.seq());
  }

  /**
   * Plans all rows before the first is written, so that a record that is refused changes nothing.
   */
  void appendFew(SqliteAdapter adapter, String docId, List<StoreRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    WritePlan plan =
        records.stream().allMatch(StoreRecord.Entry.class::isInstance)
            ? planEntry(adapter, docId)
            : planAppend(adapter, docId);
    List<Row> rows = records.stream().map(plan::next).toList();
    rows.forEach(row -> statements.insert(adapter, docId, row));
    plan.meta().ifPresent(row -> statements.upsert(adapter, docId, row));
    tails.note(docId, rows.getLast().seq());
  }

  /** Returns the new head if one is expected, else null. */
  @Nullable Head appendAll(
      SqliteAdapter adapter,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected) {
    tails.forget(docId);
    HeadDigest digest = expected == null ? null : requireHead(adapter, docId, expected);
    return writeAll(adapter, docId, planAppend(adapter, docId), records, digest);
  }

  /** Returns the new head if one is expected, else null. */
  @Nullable Head replace(
      SqliteAdapter adapter,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected) {
    tails.forget(docId);
    HeadDigest digest = null;
    if (expected != null) {
      requireHead(adapter, docId, expected);
      digest = new HeadDigest();
    }
    Schema.requireFormat(adapter, codec);
    StoreMeta current = meta(adapter, docId).orElse(null);
    WritePlan plan = WritePlan.replace(codec, limits, docId, current, Long.MAX_VALUE);
    statements.deleteRecords(adapter, docId);
    return writeAll(adapter, docId, plan, records, digest);
  }

  void delete(SqliteAdapter adapter, String docId, @Nullable Head expected) {
    tails.forget(docId);
    if (expected != null) {
      requireHead(adapter, docId, expected);
    }
    statements.deleteRecords(adapter, docId);
    statements.deleteMeta(adapter, docId);
  }

  Head head(SqliteAdapter adapter, String docId) {
    return digest(adapter, docId).head();
  }

  /** Writes each row as it is planned, and returns the head that a digest has then. */
  private @Nullable Head writeAll(
      SqliteAdapter adapter,
      String docId,
      WritePlan plan,
      Iterable<? extends StoreRecord> records,
      @Nullable HeadDigest digest) {
    for (StoreRecord record : records) {
      Row row = plan.next(record);
      statements.insert(adapter, docId, row);
      if (digest != null) {
        digest.add(row);
      }
    }
    plan.meta().ifPresent(row -> statements.upsert(adapter, docId, row));
    return digest == null ? null : digest.head();
  }

  /** Plans an append of an entry, which only needs to know that there is metadata. */
  private WritePlan planEntry(SqliteAdapter adapter, String docId) {
    long known = tails.find(adapter, docId);
    if (known != Tails.UNKNOWN) {
      return WritePlan.appendEntries(codec, limits, docId, known, Long.MAX_VALUE);
    }
    try (Rows rows = adapter.iterate(statements.tail, Statements.id(docId))) {
      if (rows.next()) {
        return WritePlan.appendEntries(codec, limits, docId, rows.integer(1), Long.MAX_VALUE);
      }
    }
    // Whether there is nothing at all, or records that have lost their metadata.
    return planAppend(adapter, docId);
  }

  private WritePlan planAppend(SqliteAdapter adapter, String docId) {
    Schema.requireFormat(adapter, codec);
    try (Rows rows = adapter.iterate(statements.metaAndTail, Statements.id(docId))) {
      rows.next();
      long lastSeq = rows.isNull(3) ? -1 : rows.integer(3);
      StoreMeta current = meta(docId, rows);
      return WritePlan.append(codec, limits, docId, current, lastSeq, Long.MAX_VALUE);
    }
  }

  Optional<StoreMeta> meta(SqliteAdapter adapter, String docId) {
    try (Rows rows = adapter.iterate(statements.meta, Statements.id(docId))) {
      return rows.next() ? Optional.ofNullable(meta(docId, rows)) : Optional.empty();
    }
  }

  /**
   * Reads the columns {@code data} and {@code crc32c}, the first two; null if the first is NULL.
   */
  private @Nullable StoreMeta meta(String docId, Rows rows) {
    byte[] data = rows.bytes(1);
    return data == null ? null : index.read(docId, data, Shape.checksum(rows, 2));
  }

  /** Returns the digest of the stream as it is, if that is the expected one. */
  private HeadDigest requireHead(SqliteAdapter adapter, String docId, Head expected) {
    HeadDigest digest = digest(adapter, docId);
    Head actual = digest.head();
    if (!actual.equals(expected)) {
      throw new HeadConflictException(docId, expected, actual);
    }
    return digest;
  }

  private HeadDigest digest(SqliteAdapter adapter, String docId) {
    HeadDigest digest = new HeadDigest();
    try (Rows rows = adapter.iterate(statements.load, Statements.id(docId))) {
      while (rows.next()) {
        digest.add(
            rows.integer(1), String.valueOf(Kinds.read(rows, 2)), rows.bytes(3), rows.bytes(4));
      }
    }
    return digest;
  }
}
