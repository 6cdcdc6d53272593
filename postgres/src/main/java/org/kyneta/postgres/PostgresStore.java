package org.kyneta.postgres;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Documents.Written;
import org.kyneta.postgres.Transactions.Work;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Format;
import org.kyneta.sql.IdCursor;
import org.kyneta.sql.Progress;
import org.kyneta.sql.SqlStore;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StreamCursor;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.ChangeFeed;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.Limits;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Position;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.SharedStore;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;
import org.kyneta.store.StreamView;

/**
 * A store in PostgreSQL, over a data source of the caller's, such as a pool.
 *
 * {@snippet class="org.kyneta.postgres.Examples" region="store"}
 *
 * <p>Any number of stores, processes and machines may share a database, the JavaScript store among
 * them. Who writes to a document locks its row of the metadata index first; what is read then is
 * what was committed before. Threads that append at the same time share a statement, and each is
 * answered once the commit that holds its record is done.
 *
 * <p>A store takes a connection for as long as an operation lasts, and one for each cursor that has
 * more to read than its first batch. A pool should have room for four and for the cursors that are
 * open at once; where it has none in time, operations throw {@link StorageBusyException}. The
 * records of a running write may read from the store, which takes a connection more.
 *
 * <p>Transactions are the store's own. A source that hands out the connection of a transaction that
 * is running, as Spring's {@code TransactionAwareDataSourceProxy} does, is none for it: that
 * transaction would be committed by what the store does. {@code JooqStore.over} joins it.
 *
 * <p>Where the connection breaks before the commit, nothing was written, and {@link
 * StorageException} says so; where it breaks during the commit, {@link OutcomeUnknownException}
 * does. So it does where the server stops waiting for its standby: the record is committed on the
 * primary then, and would be lost if the standby took over. An interrupted virtual thread loses its
 * connection, which is Java's way with sockets.
 *
 * <p>A {@link Head} is computed from the whole stream, so asking for one, or writing with an
 * expected one, reads it once.
 */
public final class PostgresStore implements SqlStore, SharedStore {

  private final Transactions transactions;
  private final Schema schema;
  private final Statements statements;
  private final Limits limits;
  private final Cursors cursors = new Cursors(this::requireOpen);
  private final Documents documents;
  private final Writes writes;
  private final StreamReads reads;
  private final Watch watch;
  private final DataSource direct;
  private volatile boolean closed;

  private PostgresStore(
      Transactions transactions, DataSource direct, Schema schema, Limits limits) {
    this.transactions = transactions;
    this.direct = direct;
    this.schema = schema;
    this.statements = schema.statements();
    this.limits = limits.withIdBytes(Math.min(limits.idBytes(), PostgresOptions.LARGEST_ID));
    this.documents = new Documents(schema, this.limits, cursors);
    this.writes = new Writes(transactions, schema, documents, this.limits, this::requireOpen);
    this.reads = new StreamReads(transactions, cursors, schema);
    this.watch = LeakDetector.watch(this, "PostgreSQL store");
  }

  /**
   * Opens a store with {@link PostgresOptions#DEFAULT}: its tables must be there.
   *
   * @param source gives connections, which the store gives back; it stays the caller's
   * @throws IncompatibleFormatException if there is no store, or one that must not be opened; it
   *     says what is missing and how to get it
   * @throws StorageException if the database cannot be reached
   */
  public static PostgresStore open(DataSource source) {
    return open(source, PostgresOptions.DEFAULT);
  }

  /**
   * Opens a store.
   *
   * @param source gives connections, which the store gives back; it stays the caller's
   * @param options how it is opened
   * @throws IncompatibleFormatException if there is no store and none is to be created, or one that
   *     must not be opened; it says what is missing and how to get it
   * @throws StorageException if the database cannot be reached, or a table cannot be created
   */
  public static PostgresStore open(DataSource source, PostgresOptions options) {
    return open(source, source, options);
  }

  /**
   * Opens a store whose {@linkplain #openFeed feeds} listen on connections of another source, as
   * they must where the first one's go through a pooler that gives each transaction another
   * session.
   *
   * @param source gives connections, which the store gives back; it stays the caller's
   * @param direct gives connections to the server itself, one for each feed that is open; it stays
   *     the caller's
   * @param options how it is opened
   * @throws IncompatibleFormatException if there is no store and none is to be created, or one that
   *     must not be opened; it says what is missing and how to get it
   * @throws StorageException if the database cannot be reached, or a table cannot be created
   */
  public static PostgresStore open(DataSource source, DataSource direct, PostgresOptions options) {
    Objects.requireNonNull(direct, "direct");
    Transactions transactions = new Transactions(Objects.requireNonNull(source, "source"));
    Objects.requireNonNull(options, "options");
    Schema schema =
        transactions.run("", "open", attempt -> Schema.open(attempt.connection(), options));
    return new PostgresStore(transactions, direct, schema, options.limits());
  }

  /**
   * Returns the statements that create a store's tables, for tools that migrate databases. Run
   * again they change nothing.
   *
   * @param format the format
   * @param tables the names of the tables
   * @return SQL, each statement ended by a semicolon
   */
  public static String schema(Format format, TableNames tables) {
    return Schema.ddl(format, tables);
  }

  @Override
  public Format format() {
    return schema.codec().format();
  }

  @Override
  public TableNames tables() {
    return schema.codec().tables();
  }

  /**
   * Returns what could be better about the tables as they were found when the store was opened,
   * such as an index that is missing, each with the statement that mends it; none of it is wrong.
   */
  public List<String> notes() {
    return schema.notes();
  }

  @Override
  public void append(String docId, StoreRecord record) {
    appendAll(docId, List.of(Objects.requireNonNull(record, "record")));
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    checkId(docId);
    Objects.requireNonNull(records, "records");
    writes.append(docId, records);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    checkId(docId);
    Objects.requireNonNull(records, "records");
    Objects.requireNonNull(expected, "expected");
    return writes.append(docId, records, expected);
  }

  @Override
  public Optional<Position> appendAt(
      String docId, List<? extends StoreRecord> records, Position expected) {
    checkId(docId);
    Objects.requireNonNull(expected, "expected");
    return writes.appendAt(docId, atLeastOne(records), expected);
  }

  @Override
  public Position appendAnywhere(String docId, List<? extends StoreRecord> records) {
    checkId(docId);
    return Writes.position(Objects.requireNonNull(writes.append(docId, atLeastOne(records))));
  }

  private static List<StoreRecord> atLeastOne(List<? extends StoreRecord> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("expected at least one record, found none");
    }
    return List.copyOf(records);
  }

  @Override
  public Optional<Position> replaceAt(
      String docId, List<? extends StoreRecord> records, Position expected) {
    checkId(docId);
    Objects.requireNonNull(expected, "expected");
    return writes.replaceAt(docId, List.copyOf(records), expected);
  }

  @Override
  public StreamView read(String docId, Position known) {
    checkIdToRead(docId);
    Objects.requireNonNull(known, "known");
    requireOpen();
    return reads.read(docId, known);
  }

  @Override
  public Map<String, Position> positions(Collection<String> docIds) {
    docIds.forEach(PostgresStore::checkIdToRead);
    return read(attempt -> reads.positions(attempt.connection(), docIds));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The feed takes a connection for as long as it is open, and borrows another now and then.
   */
  @Override
  public ChangeFeed openFeed(ChangeFeed.Listener listener) {
    Objects.requireNonNull(listener, "listener");
    requireOpen();
    return NotificationFeed.open(direct, transactions, schema, listener);
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    replaceAll(docId, records, null);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(replaceAll(docId, records, expected).head());
  }

  private Written replaceAll(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    checkId(docId);
    Objects.requireNonNull(records, "records");
    return writes.replace(docId, records, expected);
  }

  @Override
  public void delete(String docId) {
    deleteIf(docId, null);
  }

  @Override
  public void delete(String docId, Head expected) {
    deleteIf(docId, Objects.requireNonNull(expected, "expected"));
  }

  private void deleteIf(String docId, @Nullable Head expected) {
    checkIdToRead(docId);
    writes.delete(docId, expected);
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    checkIdToRead(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    return new StreamCursor(
        open(statements.load(docId, fromSeq), RowShape.RECORDS), schema.codec(), docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    checkIdToRead(docId);
    return read(attempt -> documents.meta(attempt.connection(), docId));
  }

  @Override
  public Head head(String docId) {
    checkIdToRead(docId);
    return read(attempt -> documents.head(attempt.connection(), docId));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    checkIdToRead(prefix);
    return new IdCursor(open(statements.list(prefix), RowShape.IDS), tables().metaIn(format()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The server reads the records' sizes without fetching what it keeps of them apart.
   */
  @Override
  public StoreStatistics statistics(int largest, Progress progress) {
    Objects.requireNonNull(progress, "progress");
    if (largest < 0) {
      throw new IllegalArgumentException("expected at least 0 streams, found " + largest);
    }
    return snapshot(attempt ->
        new StatisticsReader(cursors.borrowing(), schema, largest, progress)
            .run(attempt.connection()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The {@link #notes()} are part of it. The rows of the metadata index carry no checksum.
   */
  @Override
  public VerificationReport verify(Consumer<Finding> findings, Progress progress) {
    Objects.requireNonNull(findings, "findings");
    Objects.requireNonNull(progress, "progress");
    return snapshot(attempt ->
        new Verifier(cursors.borrowing(), schema, findings, progress).run(attempt.connection()));
  }

  @Override
  public void close() {
    writes.close(() -> closed = true);
    cursors.closeAll();
    watch.closed();
  }

  /** Returns what kind of store this is, and its tables. */
  @Override
  public String toString() {
    return "PostgreSQL, %s (%s)".formatted(tables().recordsName(), format());
  }

  private void checkId(String docId) {
    StreamRules.checkId(docId, limits);
    JsonbRules.checkId(docId);
  }

  private static void checkIdToRead(String docId) {
    StreamRules.checkId(docId);
    JsonbRules.checkId(docId);
  }

  private <R> CopyFeed<R> open(String sql, RowShape<R> shape) {
    requireOpen();
    return cursors.read(transactions.borrowForCursor(), sql, shape);
  }

  private <T> T read(Work<T> work) {
    requireOpen();
    return transactions.read(work);
  }

  private <T> T snapshot(Work<T> work) {
    requireOpen();
    return transactions.snapshot(work);
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }
}
