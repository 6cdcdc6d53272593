package org.kyneta.jooq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Insert;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.SelectLimitStep;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.MetaRow;
import org.kyneta.sql.Row;
import org.kyneta.sql.StoredRow;
import org.kyneta.store.DocIds;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageBusyException;

/** The statements of one store, in the words of its engine. */
final class Queries {

  /** What holds the place of a document that is being made. */
  static final String PLACEHOLDER = "{}";

  private static final int ATTEMPTS = 100;

  private final Engine engine;
  private final Tables.Meta meta;
  private final Tables.Records records;
  private final List<Field<?>> inserted = new ArrayList<>();
  private final List<Field<?>> loaded = new ArrayList<>();
  private final List<Field<?>> indexed = new ArrayList<>();
  private final Field<?> listed;
  private final Capacity capacity;

  Queries(Schema schema) {
    this.engine = schema.engine();
    this.meta = schema.tables().meta();
    this.records = schema.tables().records();
    this.capacity = schema.capacity();
    loaded.addAll(List.of(records.seq(), records.kind(), records.payload(), records.blob()));
    inserted.add(records.docId());
    indexed.add(meta.data());
    Field<Long> checksum = records.checksum();
    if (checksum != null) {
      loaded.add(checksum);
    }
    inserted.addAll(loaded);
    if (meta.checksum() != null) {
      indexed.add(meta.checksum());
    }
    // What cannot be read as text is for the cursor to refuse.
    boolean binary = meta.docId().getDataType().getFromType() == byte[].class;
    this.listed =
        binary ? DSL.field(meta.docId().getQualifiedName(), SQLDataType.VARBINARY) : meta.docId();
  }

  /** Where one connection at a time may write, it must be this one before anything is read. */
  void beginWriting(DSLContext dsl) {
    if (engine.hasOneWriter()) {
      dsl.update(meta.table()).set(meta.data(), meta.data()).where(DSL.falseCondition()).execute();
    }
  }

  @Nullable Record meta(DSLContext dsl, String docId) {
    return dsl.select(indexed).from(meta.table()).where(meta.docId().eq(docId)).fetchOne();
  }

  /** Locks the row of a document's metadata and returns it; null if there is none. */
  @Nullable Record lockMeta(DSLContext dsl, String docId) {
    var select = dsl.select(indexed).from(meta.table()).where(meta.docId().eq(docId));
    return switch (engine) {
      case SQLITE -> select.fetchOne();
      case POSTGRES -> select.forNoKeyUpdate().fetchOne();
      case MARIADB, H2 -> select.forUpdate().fetchOne();
    };
  }

  /** Locks a document that is not there, or that somebody else has just made. */
  Record createAndLock(DSLContext dsl, String docId) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      insertPlaceholder(dsl, docId);
      Record row = lockMeta(dsl, docId);
      if (row != null) {
        return row;
      }
    }
    throw new StorageBusyException(
        "document %s: expected to be alone, found it made and deleted %d times meanwhile"
            .formatted(DocIds.show(docId), ATTEMPTS),
        null);
  }

  private void insertPlaceholder(DSLContext dsl, String docId) {
    var insert = dsl.insertInto(meta.table(), meta.docId(), meta.data()).values(docId, PLACEHOLDER);
    try {
      switch (engine) {
        case SQLITE, POSTGRES -> insert.onConflictDoNothing().execute();
        // INSERT IGNORE would cut an id that is too long.
        case MARIADB -> insert.onDuplicateKeyUpdate().set(meta.docId(), meta.docId()).execute();
        case H2 -> insert.execute();
      }
    } catch (DataAccessException e) {
      if (Failures.isValueRefused(Failures.sql(e))) {
        throw Capacity.cannotHold(docId, "docId", "that the column can hold", "another");
      }
      if (engine != Engine.H2 || !Failures.isDuplicate(e)) {
        throw e;
      }
    }
  }

  void updateMeta(DSLContext dsl, String docId, MetaRow row) {
    capacity.checkMeta(docId, row.data());
    var update = dsl.update(meta.table()).set(meta.data(), row.data());
    Field<Long> checksum = meta.checksum();
    if (checksum != null) {
      update = update.set(checksum, engine == Engine.SQLITE ? row.checksum() : null);
    }
    try {
      update.where(meta.docId().eq(docId)).execute();
    } catch (DataAccessException e) {
      if (Failures.isValueRefused(Failures.sql(e))) {
        throw Capacity.cannotHold(
            docId, "metadata", "that the engine takes as JSON", "what it refuses");
      }
      throw e;
    }
  }

  void deleteMeta(DSLContext dsl, String docId) {
    dsl.deleteFrom(meta.table()).where(meta.docId().eq(docId)).execute();
  }

  void deleteRecords(DSLContext dsl, String docId) {
    dsl.deleteFrom(records.table()).where(records.docId().eq(docId)).execute();
  }

  /** Returns the last sequence number, -1 if there are no records. */
  long lastSeq(DSLContext dsl, String docId) {
    var select =
        dsl.select(records.seq())
            .from(records.table())
            .where(records.docId().eq(docId))
            .orderBy(records.seq().desc())
            .limit(1);
    Record1<Long> row =
        engine.mustLockToSeeTheLatest() ? select.forUpdate().fetchOne() : select.fetchOne();
    return row == null ? -1 : row.value1();
  }

  /**
   * Inserts rows.
   *
   * @throws RecordRejectedException if one has what a column cannot hold
   */
  void insert(DSLContext dsl, String docId, List<Row> rows) {
    try {
      insertAll(dsl, docId, rows);
    } catch (DataAccessException e) {
      if (Failures.isValueRefused(Failures.sql(e))) {
        throw Capacity.cannotHold(docId, "record", "that the columns can hold", "another");
      }
      throw e;
    }
  }

  private void insertAll(DSLContext dsl, String docId, List<Row> rows) {
    if (rows.size() == 1) {
      insertOf(dsl, values(docId, rows.getFirst())).execute();
      return;
    }
    BatchBindStep batch = dsl.batch(insertOf(dsl, new @Nullable Object[inserted.size()]));
    for (Row row : rows) {
      batch = batch.bind(values(docId, row));
    }
    batch.execute();
  }

  private Insert<Record> insertOf(DSLContext dsl, @Nullable Object[] values) {
    return dsl.insertInto(records.table()).columns(inserted).values(Arrays.asList(values));
  }

  private @Nullable Object[] values(String docId, Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    values.addAll(List.of(docId, row.seq(), row.kind(), row.payload()));
    values.add(row.blob());
    if (records.checksum() != null) {
      values.add(row.checksum());
    }
    return values.toArray();
  }

  /**
   * Returns a document's rows in their order.
   *
   * @param latest whether what others have committed since the transaction began must be seen
   */
  Rows<StoredRow> records(DSLContext dsl, String docId, long fromSeq, boolean latest) {
    if (engine.buffersResults()) {
      return Rows.paged(
          (last, most) -> {
            long from = last == null ? fromSeq : last.seq() + 1;
            return rowsFrom(dsl, docId, from).limit(most).fetch(this::stored);
          },
          StoredRow::size);
    }
    var select = rowsFrom(dsl, docId, fromSeq);
    var query =
        latest && engine.mustLockToSeeTheLatest()
            ? select.forUpdate().fetchSize(Rows.FIRST_ROWS)
            : select.fetchSize(Rows.FIRST_ROWS);
    return Rows.lazy(query.fetchLazy(), this::stored, StoredRow::size);
  }

  private SelectLimitStep<Record> rowsFrom(DSLContext dsl, String docId, long fromSeq) {
    Condition condition = records.docId().eq(docId);
    // Without a lower bound a damaged number below 0 is found as well.
    if (fromSeq > 0) {
      condition = condition.and(records.seq().ge(fromSeq));
    }
    return dsl.select(loaded)
        .from(records.table())
        .where(condition)
        // With the document first, so that H2 sees that its index has the order.
        .orderBy(records.docId(), records.seq());
  }

  private StoredRow stored(Record row) {
    String payload = row.get(records.payload());
    Field<Long> checksum = records.checksum();
    Long sum = checksum == null ? null : row.get(checksum);
    return new StoredRow(
        row.get(records.seq()),
        row.get(records.kind()),
        payload == null ? null : payload.getBytes(StandardCharsets.UTF_8),
        row.get(records.blob()),
        sum == null ? StoredRow.NO_CHECKSUM : sum);
  }

  /** Returns the ids with a prefix, as UTF-8, in their order. */
  Rows<byte[]> ids(DSLContext dsl, String prefix) {
    Field<String> docId = engine.ordered(meta.docId());
    Optional<String> end = DocIds.endOfPrefix(prefix);
    Condition condition = prefix.isEmpty() ? DSL.noCondition() : docId.ge(prefix);
    if (end.isPresent()) {
      condition = condition.and(docId.lt(end.get()));
    }
    if (!engine.buffersResults()) {
      return Rows.lazy(
          idsWhere(dsl, condition).fetchSize(Rows.FIRST_ROWS).fetchLazy(),
          Queries::id,
          id -> id.length);
    }
    Condition within = condition;
    return Rows.paged(
        (last, most) -> {
          Condition after =
              last == null
                  ? within
                  : within.and(docId.gt(new String(last, StandardCharsets.UTF_8)));
          return idsWhere(dsl, after).limit(most).fetch(Queries::id);
        },
        id -> id.length);
  }

  private SelectLimitStep<? extends Record> idsWhere(DSLContext dsl, Condition condition) {
    return dsl.select(listed)
        .from(meta.table())
        .where(condition)
        .orderBy(engine.ordered(meta.docId()));
  }

  private static byte[] id(Record row) {
    return switch (Objects.requireNonNull(row.get(0), "doc_id")) {
      case byte[] bytes -> bytes;
      case Object text -> text.toString().getBytes(StandardCharsets.UTF_8);
    };
  }
}
