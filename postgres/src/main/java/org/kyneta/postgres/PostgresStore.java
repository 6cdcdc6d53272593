package org.kyneta.postgres;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.kyneta.postgres.Documents.Written;
import org.kyneta.postgres.Tails.Tail;
import org.kyneta.postgres.Transactions.Work;
import org.kyneta.sql.DocumentLocks;
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
  private final Tails tails = new Tails();
  private final SharedAppends shared;
  private final ExpectedAppends expecting;
  private final StreamReads reads;
  private final DataSource direct;
  private final DocumentLocks locks = new DocumentLocks();
  private final ReentrantReadWriteLock running = new ReentrantReadWriteLock();
  private final ThreadLocal<Boolean> writing = ThreadLocal.withInitial(() -> false);
  private volatile boolean closed;

  private PostgresStore(
      Transactions transactions, DataSource direct, Schema schema, Limits limits) {
    this.transactions = transactions;
    this.direct = direct;
    this.schema = schema;
    this.statements = schema.statements();
    this.limits = limits.withIdBytes(Math.min(limits.idBytes(), PostgresOptions.LARGEST_ID));
    this.documents = new Documents(schema, this.limits, cursors);
    this.shared = new SharedAppends(transactions, schema, documents, tails, this.limits);
    this.expecting = new ExpectedAppends(transactions, schema, this.limits);
    this.reads = new StreamReads(transactions, cursors, schema);
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
    write(() -> {
      List<StoreRecord> few =
          records instanceof List<?>
              ? List.copyOf((List<? extends StoreRecord>) records)
              : List.of();
      if (!Append.isShareable(few)) {
        appendAlone(docId, few.isEmpty() ? records : few, null);
        return null;
      }
      Append append = new Append(docId, few);
      shared.append(append);
      if (append.isAlone()) {
        appendAlone(docId, few, null);
      }
      return null;
    });
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    checkId(docId);
    Objects.requireNonNull(records, "records");
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(write(() -> appendAlone(docId, records, expected)).head());
  }

  private Written appendAlone(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    return alone(docId, "append", attempt -> documents.append(attempt, docId, records, expected));
  }

  @Override
  public Optional<Position> appendAt(
      String docId, List<? extends StoreRecord> records, Position expected) {
    checkId(docId);
    Objects.requireNonNull(expected, "expected");
    List<StoreRecord> few = atLeastOne(records);
    return write(() -> {
      if (!expected.equals(Position.ABSENT) && Append.isShareable(few)) {
        ExpectedAppend append = new ExpectedAppend(docId, few, expected);
        expecting.append(append);
        if (append.reached() != null) {
          return Optional.of(append.reached());
        }
      }
      return position(
          alone(docId, "append", attempt -> documents.appendAt(attempt, docId, few, expected)));
    });
  }

  @Override
  public Position appendAnywhere(String docId, List<? extends StoreRecord> records) {
    checkId(docId);
    List<StoreRecord> few = atLeastOne(records);
    return write(() -> {
      Append append = new Append(docId, few);
      append.setAlone(!Append.isShareable(few));
      if (!append.isAlone()) {
        shared.append(append);
      }
      Tail end = append.isAlone() ? appendAlone(docId, few, null).tail() : append.end();
      return position(Objects.requireNonNull(end));
    });
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
    List<StoreRecord> all = List.copyOf(records);
    return write(() ->
        position(
            alone(
                docId, "replace", attempt -> documents.replaceAt(attempt, docId, all, expected))));
  }

  private static Optional<Position> position(Written written) {
    return Optional.ofNullable(written.tail()).map(PostgresStore::position);
  }

  private static Position position(Tail end) {
    return new Position(end.xmin(), end.lastSeq());
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
    return write(() ->
        alone(docId, "replace", attempt -> documents.replace(attempt, docId, records, expected)));
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
    write(() ->
        alone(
            docId,
            "delete",
            attempt -> {
              documents.delete(attempt, docId, expected);
              return new Written(null, null);
            }));
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
    if (writing.get()) {
      throw new IllegalStateException("the records of a running write must not close the store");
    }
    Lock lock = running.writeLock();
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    cursors.closeAll();
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
    return new CopyFeed<>(cursors, transactions.borrowForCursor(), sql, shape);
  }

  private <T> T read(Work<T> work) {
    requireOpen();
    return transactions.read(work);
  }

  private <T> T snapshot(Work<T> work) {
    requireOpen();
    return transactions.snapshot(work);
  }

  /** Runs a write, which close() waits for. */
  private <T extends @Nullable Object> T write(Supplier<T> work) {
    if (writing.get()) {
      throw new IllegalStateException(
          "the records of a running write must not write to the same store");
    }
    Lock lock = running.readLock();
    lock.lock();
    try {
      requireOpen();
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a transaction that writes to one document, and takes note of what it leaves. */
  private Written alone(String docId, String operation, Work<Written> work) {
    return locks.with(
        docId,
        () -> {
          writing.set(true);
          try {
            tails.forget(docId);
            Written written = transactions.run(docId, operation, work);
            if (written.tail() != null) {
              tails.note(docId, written.tail());
            }
            return written;
          } finally {
            writing.remove();
          }
        });
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreClosedException("the store");
    }
  }
}
