package org.kyneta.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.postgres.Transactions.Attempt;
import org.kyneta.sql.HeadDigest;
import org.kyneta.sql.IndexReader;
import org.kyneta.sql.MetaRow;
import org.kyneta.sql.Row;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.StoredRow;
import org.kyneta.sql.WritePlan;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.Limits;
import org.kyneta.store.Position;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * What a transaction does to one document's rows, and what is read from them: the document is
 * locked, the plan is made of what is there then, the rows are sent in batches as they are planned,
 * and the metadata index follows at the end.
 */
final class Documents {

  /** The greatest number that the column holds. */
  static final long MAX_SEQ = Integer.MAX_VALUE;

  private static final int BATCH_ROWS = 512;
  private static final int BATCH_BYTES = 1 << 20;

  private final Schema schema;
  private final RowCodec codec;
  private final Statements statements;
  private final Limits limits;
  private final IndexReader index;
  private final Cursors cursors;

  Documents(Schema schema, Limits limits, Cursors cursors) {
    this.schema = schema;
    this.codec = schema.codec();
    this.statements = schema.statements();
    this.limits = limits;
    this.index = new IndexReader(codec);
    this.cursors = cursors;
  }

  /**
   * A document as it is under its lock.
   *
   * @param data its metadata, or null if there is none
   * @param xmin the transaction that wrote the metadata, or null if there is none
   * @param lastSeq its last sequence number, or -1
   */
  private record Locked(@Nullable String data, @Nullable String xmin, long lastSeq) {

    boolean isAt(Position position) {
      return xmin == null
          ? position.equals(Position.ABSENT)
          : xmin.equals(position.stream()) && lastSeq == position.lastSeq();
    }

    /** Returns it as it is once its records are deleted. */
    Locked emptied() {
      return new Locked(data, xmin, -1);
    }
  }

  /** What a write has left: where the stream ends, and its head if one was expected. */
  record Written(@Nullable Tail tail, @Nullable Head head) {

    /** What was not done, as the stream does not end where it was expected to. */
    static final Written NOTHING = new Written(null, null);
  }

  Written append(
      Attempt attempt,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected)
      throws SQLException {
    Connection connection = attempt.connection();
    Locked locked = lock(connection, docId);
    HeadDigest digest = expected == null ? null : requireHead(connection, docId, expected);
    return append(attempt, docId, locked, records, digest);
  }

  /** Appends if the stream ends where it is expected to; else this is {@link Written#NOTHING}. */
  Written appendAt(
      Attempt attempt, String docId, Iterable<? extends StoreRecord> records, Position expected)
      throws SQLException {
    Locked locked = lock(attempt.connection(), docId);
    return locked.isAt(expected) ? append(attempt, docId, locked, records, null) : Written.NOTHING;
  }

  private Written append(
      Attempt attempt,
      String docId,
      Locked locked,
      Iterable<? extends StoreRecord> records,
      @Nullable HeadDigest digest)
      throws SQLException {
    WritePlan plan =
        WritePlan.append(codec, limits, docId, meta(docId, locked), locked.lastSeq, MAX_SEQ);
    return write(attempt, docId, locked, plan, records, digest);
  }

  Written replace(
      Attempt attempt,
      String docId,
      Iterable<? extends StoreRecord> records,
      @Nullable Head expected)
      throws SQLException {
    Connection connection = attempt.connection();
    Locked locked = lock(connection, docId);
    HeadDigest digest = null;
    if (expected != null) {
      requireHead(connection, docId, expected);
      digest = new HeadDigest();
    }
    return replace(attempt, docId, locked, records, digest);
  }

  /** Replaces if the stream ends where it is expected to; else this is {@link Written#NOTHING}. */
  Written replaceAt(
      Attempt attempt, String docId, Iterable<? extends StoreRecord> records, Position expected)
      throws SQLException {
    Locked locked = lock(attempt.connection(), docId);
    return locked.isAt(expected) ? replace(attempt, docId, locked, records, null) : Written.NOTHING;
  }

  private Written replace(
      Attempt attempt,
      String docId,
      Locked locked,
      Iterable<? extends StoreRecord> records,
      @Nullable HeadDigest digest)
      throws SQLException {
    WritePlan plan = WritePlan.replace(codec, limits, docId, meta(docId, locked), MAX_SEQ);
    update(attempt.connection(), statements.deleteRecords, docId);
    // Its metadata is written in any case: the xmin of that says that the stream is another.
    return write(attempt, docId, locked.emptied(), plan, records, digest);
  }

  /** Writes what is planned behind the records that are there, and then the metadata. */
  private Written write(
      Attempt attempt,
      String docId,
      Locked locked,
      WritePlan plan,
      Iterable<? extends StoreRecord> records,
      @Nullable HeadDigest digest)
      throws SQLException {
    long lastSeq = insertAll(attempt, docId, plan, records, digest);
    String xmin = locked.xmin;
    Optional<MetaRow> meta = plan.meta();
    if (meta.isPresent()) {
      xmin = writeMeta(attempt.connection(), docId, locked, meta.get());
    }
    return written(Math.max(lastSeq, locked.lastSeq), xmin, digest);
  }

  void delete(Attempt attempt, String docId, @Nullable Head expected) throws SQLException {
    Connection connection = attempt.connection();
    lock(connection, docId);
    if (expected != null) {
      requireHead(connection, docId, expected);
    }
    update(connection, statements.deleteMeta, docId);
    update(connection, statements.deleteRecords, docId);
  }

  Optional<StoreMeta> meta(Connection connection, String docId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(statements.meta)) {
      statement.setString(1, docId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(decode(docId, String.valueOf(rows.getString(1))))
            : Optional.empty();
      }
    }
  }

  Head head(Connection connection, String docId) {
    return digest(connection, docId).head();
  }

  private static Written written(long lastSeq, @Nullable String xmin, @Nullable HeadDigest digest) {
    return new Written(
        xmin == null ? null : new Tail(lastSeq, xmin), digest == null ? null : digest.head());
  }

  private @Nullable StoreMeta meta(String docId, Locked locked) {
    return locked.data == null ? null : decode(docId, locked.data);
  }

  private StoreMeta decode(String docId, String data) {
    return index.read(docId, data.getBytes(StandardCharsets.UTF_8), StoredRow.NO_CHECKSUM);
  }

  /**
   * Locks a document against everybody else who writes to it. One that does not exist has no row to
   * lock: there it is the right to create it, and the document may exist once that is had.
   */
  private Locked lock(Connection connection, String docId) throws SQLException {
    Locked locked = read(connection, statements.lock, docId);
    boolean mayCreate = false;
    while (locked == null || (locked.xmin == null && !mayCreate)) {
      if (locked != null) {
        awaitTurnToCreate(connection, docId);
        mayCreate = true;
      }
      locked = read(connection, statements.lockAgain, docId);
    }
    return locked;
  }

  private void awaitTurnToCreate(Connection connection, String docId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(Statements.ADVISORY_LOCK)) {
      statement.setLong(1, Statements.lockKey(codec.tables().recordsName(), docId));
      statement.execute();
    }
  }

  /**
   * Locks a document's row and reads the document, each as it is then; null if it did not exist
   * when its row was to be locked, and did when it was read.
   */
  private static @Nullable Locked read(Connection connection, String sql, String docId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int parameter = 1; parameter <= 3; parameter++) {
        statement.setString(parameter, docId);
      }
      boolean isRows = statement.execute();
      ResultSet row = null;
      ResultSet last = null;
      while (isRows || statement.getUpdateCount() >= 0) {
        if (isRows) {
          row = last;
          last = statement.getResultSet();
        }
        isRows = statement.getMoreResults(PreparedStatement.KEEP_CURRENT_RESULT);
      }
      if (row == null || last == null || !last.next()) {
        throw new SQLException("expected a row of " + docId + ", found no result", "XX000");
      }
      long seq = last.getLong(3);
      long lastSeq = last.wasNull() ? -1 : seq;
      String xmin = last.getString(2);
      return xmin == null || row.next() ? new Locked(last.getString(1), xmin, lastSeq) : null;
    }
  }

  private long insertAll(
      Attempt attempt,
      String docId,
      WritePlan plan,
      Iterable<? extends StoreRecord> records,
      @Nullable HeadDigest digest)
      throws SQLException {
    if (!(records instanceof List<?>)) {
      attempt.makeLast(); // What gives records out need not be able to do so again.
    }
    Batch batch = new Batch(schema.checked());
    long lastSeq = -1;
    for (StoreRecord record : records) {
      Row row = plan.next(record);
      JsonbRules.check(docId, record);
      batch.add(docId, row);
      lastSeq = row.seq();
      if (digest != null) {
        digest.add(row);
      }
      if (batch.size() >= BATCH_ROWS || batch.bytes() >= BATCH_BYTES) {
        insert(attempt.connection(), batch);
        batch.clear();
      }
    }
    plan.meta(); // Refuses a replacement without metadata before its last rows are sent.
    if (batch.size() > 0) {
      insert(attempt.connection(), batch);
    }
    return lastSeq;
  }

  void insert(Connection connection, Batch batch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(statements.insertRecords)) {
      batch.bind(statement, 1);
      int inserted = statement.executeUpdate();
      if (inserted != batch.size()) {
        throw new StorageException(
            "expected %d rows to be inserted into %s, found %d: a trigger or a rule has kept some out"
                .formatted(batch.size(), codec.tables().recordsName(), inserted),
            null);
      }
    }
  }

  /** Writes a row of the metadata index, and returns its xmin. */
  private String writeMeta(Connection connection, String docId, Locked locked, MetaRow meta)
      throws SQLException {
    boolean exists = locked.xmin != null;
    try (PreparedStatement statement =
        connection.prepareStatement(exists ? statements.updateMeta : statements.insertMeta)) {
      statement.setString(exists ? 2 : 1, docId);
      statement.setString(exists ? 1 : 2, meta.data());
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("expected a locked row to stay, found none", "40001");
        }
        return String.valueOf(rows.getString(1));
      }
    }
  }

  private static void update(Connection connection, String sql, String docId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, docId);
      statement.executeUpdate();
    }
  }

  /** Returns the digest of the stream as it is, if that is the expected one. */
  private HeadDigest requireHead(Connection connection, String docId, Head expected) {
    HeadDigest digest = digest(connection, docId);
    Head actual = digest.head();
    if (!actual.equals(expected)) {
      throw new HeadConflictException(docId, expected, actual);
    }
    return digest;
  }

  private HeadDigest digest(Connection connection, String docId) {
    HeadDigest digest = new HeadDigest();
    CopyFeed<StoredRow> feed =
        new CopyFeed<>(
            cursors.borrowing(), connection, statements.load(docId, 0), RowShape.RECORDS);
    try {
      for (List<StoredRow> batch = feed.nextBatch(); !batch.isEmpty(); batch = feed.nextBatch()) {
        for (StoredRow row : batch) {
          digest.add(row.seq(), String.valueOf(row.kind()), row.payload(), row.blob());
        }
      }
    } finally {
      feed.close();
    }
    return digest;
  }
}
