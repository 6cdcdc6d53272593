package org.kyneta.jooq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.HeadDigest;
import org.kyneta.sql.IndexReader;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.StoredRow;
import org.kyneta.sql.WritePlan;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Limits;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * What a transaction does to one document's rows, and what is read from them.
 *
 * <p>Whoever writes first locks the document's row in the metadata index, and everything else is
 * read after that. A document that is not there is locked by putting a row in its place that is no
 * metadata: nobody else sees it, since it is gone or has become metadata before the transaction is
 * committed.
 */
final class Documents {

  private static final int BATCH_ROWS = 200;
  private static final long BATCH_BYTES = 1 << 20;

  private final Tables.Meta meta;
  private final Queries queries;
  private final Capacity capacity;
  private final RowCodec codec;
  private final Limits limits;
  private final IndexReader index;

  Documents(Schema schema, Queries queries, Limits limits) {
    this.meta = schema.tables().meta();
    this.queries = queries;
    this.capacity = schema.capacity();
    this.codec = schema.codec();
    this.limits = limits;
    this.index = new IndexReader(codec);
  }

  /**
   * Appends records; returns the new head if one is expected, else null.
   *
   * @param records is begun only when what is expected was found
   */
  @Nullable Head append(
      DSLContext dsl,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected) {
    queries.beginWriting(dsl);
    Record row = queries.lockMeta(dsl, docId);
    HeadDigest digest = null;
    if (expected != null) {
      digest = requireHead(dsl, docId, expected);
    }
    if (expected != null && row == null) {
      row = queries.createAndLock(dsl, docId);
      digest = requireHead(dsl, docId, expected);
    }
    Iterator<? extends StoreRecord> iterator = records.iterator();
    if (!iterator.hasNext()) {
      forgetPlaceholder(dsl, docId, row);
      return digest == null ? null : digest.head();
    }
    StoreRecord first = iterator.next();
    if (row == null && (first instanceof StoreRecord.Meta || queries.lastSeq(dsl, docId) >= 0)) {
      // What has records may have been made just now: whether it has metadata is seen under lock.
      row = queries.createAndLock(dsl, docId);
    }
    long lastSeq = row == null ? -1 : queries.lastSeq(dsl, docId);
    WritePlan plan =
        WritePlan.append(codec, limits, docId, current(docId, row), lastSeq, capacity.maxSeq());
    insert(dsl, docId, plan, first, iterator, digest);
    plan.meta().ifPresent(newRow -> queries.updateMeta(dsl, docId, newRow));
    return digest == null ? null : digest.head();
  }

  /** Replaces a stream; returns the new head if one is expected, else null. */
  @Nullable Head replace(
      DSLContext dsl,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected) {
    queries.beginWriting(dsl);
    Record row = queries.lockMeta(dsl, docId);
    if (row == null) {
      row = queries.createAndLock(dsl, docId);
    }
    HeadDigest digest = null;
    if (expected != null) {
      requireHead(dsl, docId, expected);
      digest = new HeadDigest();
    }
    WritePlan plan =
        WritePlan.replace(codec, limits, docId, current(docId, row), capacity.maxSeq());
    queries.deleteRecords(dsl, docId);
    Iterator<? extends StoreRecord> iterator = records.iterator();
    if (iterator.hasNext()) {
      insert(dsl, docId, plan, iterator.next(), iterator, digest);
    }
    plan.meta().ifPresent(newRow -> queries.updateMeta(dsl, docId, newRow));
    return digest == null ? null : digest.head();
  }

  void delete(DSLContext dsl, String docId, @Nullable Head expected) {
    queries.beginWriting(dsl);
    Record row = queries.lockMeta(dsl, docId);
    if (row == null && queries.lastSeq(dsl, docId) >= 0) {
      // Records that have lost their metadata, or a document that has just been made.
      row = queries.createAndLock(dsl, docId);
    }
    if (expected != null) {
      requireHead(dsl, docId, expected);
    }
    if (row != null) {
      queries.deleteMeta(dsl, docId);
      queries.deleteRecords(dsl, docId);
    }
  }

  /**
   * Returns a document's metadata.
   *
   * @param latest whether it must be read under the document's lock
   */
  Optional<StoreMeta> meta(DSLContext dsl, String docId, boolean latest) {
    Record row = latest ? queries.lockMeta(dsl, docId) : queries.meta(dsl, docId);
    return Optional.ofNullable(current(docId, row));
  }

  /** Returns a document's head, read as {@link #records} are. */
  Head head(DSLContext dsl, String docId, boolean latest) {
    if (latest) {
      queries.lockMeta(dsl, docId);
    }
    return digest(dsl, docId, latest).head();
  }

  /**
   * Returns a document's rows in their order.
   *
   * @param latest whether they must be read under the document's lock
   */
  Rows<StoredRow> records(DSLContext dsl, String docId, long fromSeq, boolean latest) {
    if (latest) {
      queries.lockMeta(dsl, docId);
    }
    return queries.records(dsl, docId, fromSeq, latest);
  }

  private @Nullable StoreMeta current(String docId, @Nullable Record row) {
    String data = row == null ? null : row.get(meta.data());
    if (data == null || data.equals(Queries.PLACEHOLDER)) {
      return null;
    }
    Field<Long> checksum = meta.checksum();
    Long sum = row == null || checksum == null ? null : row.get(checksum);
    return index.read(
        docId, data.getBytes(StandardCharsets.UTF_8), sum == null ? StoredRow.NO_CHECKSUM : sum);
  }

  private void forgetPlaceholder(DSLContext dsl, String docId, @Nullable Record row) {
    if (row != null && Queries.PLACEHOLDER.equals(row.get(meta.data()))) {
      queries.deleteMeta(dsl, docId);
    }
  }

  private void insert(
      DSLContext dsl,
      String docId,
      WritePlan plan,
      StoreRecord first,
      Iterator<? extends StoreRecord> rest,
      @Nullable HeadDigest digest) {
    List<Row> rows = new ArrayList<>();
    long bytes = 0;
    StoreRecord record = first;
    while (true) {
      Row row = plan.next(record);
      capacity.check(docId, row);
      rows.add(row);
      bytes += row.payload().length() + (row.blob() == null ? 0 : row.blob().length);
      if (digest != null) {
        digest.add(row);
      }
      boolean atEnd = !rest.hasNext();
      if (atEnd || rows.size() == BATCH_ROWS || bytes >= BATCH_BYTES) {
        queries.insert(dsl, docId, rows);
        rows.clear();
        bytes = 0;
      }
      if (atEnd) {
        return;
      }
      record = rest.next();
    }
  }

  /** Returns the digest of the stream as it is, if that is the expected one. */
  private HeadDigest requireHead(DSLContext dsl, String docId, Head expected) {
    HeadDigest digest = digest(dsl, docId, /* latest= */ true);
    Head actual = digest.head();
    if (!actual.equals(expected)) {
      throw new HeadConflictException(docId, expected, actual);
    }
    return digest;
  }

  private HeadDigest digest(DSLContext dsl, String docId, boolean latest) {
    HeadDigest digest = new HeadDigest();
    try (Rows<StoredRow> rows = queries.records(dsl, docId, 0, latest)) {
      for (StoredRow row = rows.next(); row != null; row = rows.next()) {
        digest.add(row.seq(), String.valueOf(row.kind()), row.payload(), row.blob());
      }
    }
    return digest;
  }
}
