package org.kyneta.jooq;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.IdCursor;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.StoredRow;
import org.kyneta.sql.StreamCursor;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * A store in a database of the caller's, through jOOQ: SQLite, PostgreSQL, MariaDB or H2. MySQL is
 * spoken to as MariaDB is.
 *
 * {@snippet class="org.kyneta.jooq.Examples" region="store"}
 *
 * <p>{@link #open} makes each write a transaction of the store's own, on a connection that the
 * {@code DSLContext} gives for it and gets back afterwards; so it must have several, as a pool has.
 * The connections must commit each statement as they come, which is every pool's default. Cursors
 * hold a connection each until they are closed or read to their end, unless their rows are few. A
 * write that the database has rolled back for another's sake, such as a deadlock, is done again as
 * long as its records can be iterated again.
 *
 * <p>{@link #over} makes each write a part of the transaction that the caller has on the connection
 * when it is called: of jOOQ's own {@code transaction}, or of a framework's whose data source hands
 * out the connection of the running transaction:
 *
 * {@snippet class="org.kyneta.jooq.Examples" region="transaction"}
 *
 * <p>What the caller rolls back is gone, and a write that fails leaves nothing behind in a
 * transaction that goes on. It must be READ COMMITTED, but on MariaDB may be as it is by default,
 * and is for one thread at a time. There, a document that was written to through this store is read
 * under its lock from then on, so that the transaction's snapshot is not mixed with what it wrote:
 * write and read it through the same store. A cursor then takes all its rows into memory at once,
 * and what has failed is not done again: when the database has rolled back the whole transaction,
 * {@link org.kyneta.store.StorageBusyException} says so.
 *
 * <p>Threads that write to one document wait for each other without a connection. Whoever writes
 * locks the document's row in the metadata index before it reads anything else, whichever store,
 * process or machine it comes from. On SQLite, the file should be in WAL mode, and the driver's
 * busy timeout says for how long a write waits for another process's.
 *
 * <p>A commit of the store's own for which PostgreSQL has stopped waiting for its standby throws
 * {@link org.kyneta.store.OutcomeUnknownException}. The server only warns of it: whoever commits a
 * transaction of their own sees it in the connection's warnings.
 *
 * <p>The tables are those of the SQL stores, so that {@code SqliteStore} and the JavaScript stores
 * read what this one writes. Closing the store closes nothing of the caller's. A {@link Head} is
 * computed from the whole stream, so asking for one, or writing with an expected one, reads it
 * once.
 */
public final class JooqStore implements Store {

  private final Access access;
  private final Lifecycle lifecycle = new Lifecycle();
  private final RowCodec codec;
  private final Limits limits;
  private final Capacity capacity;
  private final Queries queries;
  private final Documents documents;
  private final Watch watch;

  private JooqStore(Access access, JooqOptions options) {
    Schema schema = Schema.find(access, options);
    this.access = access;
    this.codec = schema.codec();
    this.limits = options.limits();
    this.capacity = schema.capacity();
    this.queries = new Queries(schema);
    this.documents = new Documents(schema, queries, limits);
    // One over the caller's transaction holds nothing, and need not be closed.
    this.watch =
        access instanceof OwnTransactions ? LeakDetector.watch(this, "jOOQ store") : Watch.NONE;
  }

  /**
   * Creates the tables of a store that are not there. It is an ordinary step of a migration, and
   * nothing that opening a store does by itself.
   *
   * @param dsl jOOQ, over the database
   * @param options how the store will be opened; {@code format} and {@code tables} mean something
   * @throws IllegalArgumentException if the dialect is not one that the store speaks
   * @throws StorageException if they cannot be created
   */
  public static void createTables(DSLContext dsl, JooqOptions options) {
    try {
      Tables.create(
          DSL.using(Access.ownOf(dsl.configuration())),
          options.tables(),
          options.formatOfNewTables());
    } catch (DataAccessException e) {
      throw Failures.translated(Engine.of(dsl.dialect()), "creating tables", e);
    }
  }

  /**
   * Opens a store whose writes are transactions of its own.
   *
   * @param dsl jOOQ, over connections that commit each statement
   * @param options how it is opened
   * @throws IllegalArgumentException if the dialect is not one that the store speaks
   * @throws IncompatibleFormatException if the tables are not there, or must not be opened
   * @throws StorageException if the database cannot be reached, or the connection is within a
   *     transaction
   */
  public static JooqStore open(DSLContext dsl, JooqOptions options) {
    return new JooqStore(new OwnTransactions(dsl, options.maxCursors()), options);
  }

  /**
   * Opens a store whose writes are parts of the caller's transactions.
   *
   * @param dsl jOOQ, over the connection that has the transaction, at the latest when something is
   *     written
   * @param options how it is opened; {@code maxCursors} means nothing
   * @throws IllegalArgumentException if the dialect is not one that the store speaks
   * @throws IncompatibleFormatException if the tables are not there, or must not be opened
   * @throws StorageException if the database cannot be reached
   */
  public static JooqStore over(DSLContext dsl, JooqOptions options) {
    return new JooqStore(new CallersTransactions(dsl), options);
  }

  /** Returns the format of what this store keeps. */
  public Format format() {
    return codec.format();
  }

  /** Returns the names of this store's tables. */
  public TableNames tables() {
    return codec.tables();
  }

  @Override
  public void append(String docId, StoreRecord record) {
    appendAll(docId, List.of(Objects.requireNonNull(record, "record")));
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    append(docId, records, null);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(append(docId, records, expected));
  }

  private @Nullable Head append(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    checkNewId(docId);
    Once once = new Once(records);
    return write(
        docId, "append", once::mayBegin, dsl -> documents.append(dsl, docId, once, expected));
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    replaceAll(docId, records, null);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(replaceAll(docId, records, expected));
  }

  private @Nullable Head replaceAll(
      String docId, Iterable<? extends StoreRecord> records, @Nullable Head expected) {
    checkNewId(docId);
    Once once = new Once(records);
    return write(
        docId, "replace", once::mayBegin, dsl -> documents.replace(dsl, docId, once, expected));
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
    checkId(docId);
    write(
        docId,
        "delete",
        () -> true,
        dsl -> {
          documents.delete(dsl, docId, expected);
          return null;
        });
  }

  private void checkId(String docId) {
    StreamRules.checkId(docId);
    capacity.checkId(docId);
  }

  private void checkNewId(String docId) {
    StreamRules.checkId(docId, limits);
    capacity.checkNewId(docId);
  }

  private <T extends @Nullable Object> T write(
      String docId, String operation, BooleanSupplier repeatable, Function<DSLContext, T> body) {
    try {
      return lifecycle.writing(() -> access.write(docId, operation, repeatable, body));
    } catch (Once.Thrown e) {
      throw e.original();
    }
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    checkId(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    JooqFeed<StoredRow> feed =
        feed(
            dsl -> documents.records(dsl, docId, fromSeq, access.mustReadLatest(dsl, docId)),
            StoredRow::size);
    return new StreamCursor(feed, codec, docId, fromSeq);
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    StreamRules.checkId(prefix);
    capacity.checkId(prefix);
    JooqFeed<byte[]> feed = feed(dsl -> queries.ids(dsl, prefix), id -> id.length);
    return new IdCursor(feed, tables().metaIn(format()));
  }

  private <R> JooqFeed<R> feed(Function<DSLContext, Rows<R>> query, ToIntFunction<R> size) {
    return lifecycle.reading(() -> {
      requireReadable();
      return new JooqFeed<>(lifecycle, access, query, size);
    });
  }

  /** In the caller's transaction, a read would see what a running write has done so far. */
  private void requireReadable() {
    if (access.mustReadAtOnce() && lifecycle.isWriting()) {
      throw new IllegalStateException(
          "the records of a running write must not read from the same store within a transaction"
              + " of the caller's");
    }
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    checkId(docId);
    return lifecycle.reading(() -> {
      requireReadable();
      return access.read(dsl -> documents.meta(dsl, docId, access.mustReadLatest(dsl, docId)));
    });
  }

  @Override
  public Head head(String docId) {
    checkId(docId);
    return lifecycle.reading(() -> {
      requireReadable();
      return access.scan(dsl -> documents.head(dsl, docId, access.mustReadLatest(dsl, docId)));
    });
  }

  /** Lets running writes finish; the caller's connections stay as they are. */
  @Override
  public void close() {
    lifecycle.close();
    watch.closed();
  }

  /** Returns the engine's name and the format. */
  @Override
  public String toString() {
    return access + " (" + format() + ")";
  }
}
