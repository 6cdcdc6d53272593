package org.kyneta.sqlite;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.SqlStore;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Cursor;
import org.kyneta.store.Head;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.LeakDetector;
import org.kyneta.store.LeakDetector.Watch;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StreamRules;

/**
 * A store in SQLite.
 *
 * {@snippet class="org.kyneta.sqlite.Examples" region="store"}
 *
 * <p>{@link #open(Path)} is for most: a file that any number of stores, threads and processes may
 * share, the JavaScript store among them. The next sequence number and the metadata are read inside
 * the transaction that writes, so whoever else writes is seen. Of two processes that write, one
 * waits, for as long as {@link SqliteOptions#busyTimeout()} says. Readers never wait, and no writer
 * for them, but for a second when the log is to be begun anew that has grown beyond {@link
 * SqliteOptions#largestLog()}.
 *
 * <p>Threads that append at the same time share a transaction, in the order of their arrival; each
 * is answered once the commit that holds its record is done, and a record that is refused fails its
 * own caller alone. So do those that append lists of at most 256 records. A thread that is
 * interrupted while it waits is answered all the same, and keeps its interrupt status. The records
 * of a running write may read from the store.
 *
 * <p>{@link #over(SqliteAdapter)} is for a connection that the caller has. A cursor that is open
 * there when something is written first takes its rest aside, in memory or, beyond 1 MiB, in a
 * private temporary file; the records of a running write must not read from the store.
 *
 * <p>A {@link Head} is computed from the whole stream, so asking for one, or writing with an
 * expected one, reads it once.
 */
public final class SqliteStore implements SqlStore {

  private final Connections connections;
  private final RowCodec codec;
  private final Schema schema;
  private final Documents documents;
  private final Writes writes;
  private final Cursors cursors;
  private final String name;
  private final Watch watch;

  private SqliteStore(Opening opening, SqliteOptions options) {
    this(opening.connections(), opening.schema(), options, opening.name());
  }

  SqliteStore(Connections connections, Schema schema, SqliteOptions options, String name) {
    this.connections = connections;
    this.schema = schema;
    this.codec = schema.codec();
    this.documents =
        new Documents(codec, schema.statements(), options.limits(), connections.tails());
    this.writes = new Writes(connections, documents, options.limits());
    this.cursors = new Cursors(connections, schema);
    this.name = name;
    this.watch = LeakDetector.watch(this, "SQLite store " + name);
  }

  /**
   * Opens a file with {@link SqliteOptions#DEFAULT}, creating it if it does not exist.
   *
   * @param path the file; its directory must exist
   * @throws IncompatibleFormatException if it is not a database, or what is in it must not be
   *     opened; nothing was changed in it
   * @throws StorageBusyException if another process holds the file for too long
   * @throws StorageException if the path names a directory or a place where a database cannot be,
   *     or a file that has other names as well (hard links)
   */
  public static SqliteStore open(Path path) {
    return open(path, SqliteOptions.DEFAULT);
  }

  /**
   * Opens a file, creating it if it does not exist. New files, and the logs beside them, are for
   * their owner alone. The file is put into WAL mode and stays in it.
   *
   * <p>SQLite finds the log by the file's name, so a file with two names would have two, and lose
   * what is in the one when the other is brought into it. Writes are refused while there is a
   * second name, also one that comes later; they are not where the system does not count names, as
   * Windows. A symbolic link is no name of that kind: it is followed.
   *
   * @param path the file; its directory must exist
   * @param options how it is opened
   * @throws IncompatibleFormatException if it is not a database, or what is in it must not be
   *     opened; nothing was changed in it
   * @throws StorageBusyException if another process holds the file for too long
   * @throws StorageException if the path names a directory or a place where a database cannot be,
   *     or a file that has other names as well (hard links)
   */
  public static SqliteStore open(Path path, SqliteOptions options) {
    return new SqliteStore(Opening.file(path, options), options);
  }

  /**
   * Opens a file for reading only. Nothing is created or changed, and the journal mode stays as it
   * is; writes throw {@link UnsupportedOperationException}.
   *
   * <p>A file that has several names (hard links) is read as it is together with the log beside the
   * name that is given. What a program has written under another name, and is still in the log
   * beside that one, is not seen.
   *
   * @param path the file
   * @param options how it is opened; {@code durability} and {@code limits} mean nothing
   * @throws IncompatibleFormatException if it is not a database, or there is no store in it
   * @throws StorageException if there is no such file, or it cannot be read
   */
  public static SqliteStore openReadOnly(Path path, SqliteOptions options) {
    return new SqliteStore(Opening.readOnly(path, options), options);
  }

  /**
   * Opens a store in memory that nobody else can see, and that is gone when it is closed.
   *
   * @param options how it is opened; what is about files means nothing
   * @throws StorageException if the SQLite library cannot be used
   */
  public static SqliteStore inMemory(SqliteOptions options) {
    SqliteAdapter adapter = options.binding().open(":memory:", "memory");
    return new SqliteStore(Opening.over(adapter, options, /* owned= */ true), options);
  }

  /**
   * Opens a store over an adapter with {@link SqliteOptions#DEFAULT}, creating its tables if they
   * do not exist.
   *
   * @param adapter the adapter, which stays open when the store is closed, and which other stores
   *     may use as well; its journal mode and synchronisation are the caller's
   * @throws IncompatibleFormatException if what is there must not be opened
   * @throws StorageException if its file is open in this process through another SQLite library, or
   *     has other names as well (hard links)
   */
  public static SqliteStore over(SqliteAdapter adapter) {
    return over(adapter, SqliteOptions.DEFAULT);
  }

  /**
   * Opens a store over an adapter, creating its tables if they do not exist.
   *
   * @param adapter the adapter, which stays open when the store is closed, and which other stores
   *     may use as well; its journal mode and synchronisation are the caller's. After a write of
   *     which nobody knows the outcome none of them uses it any more
   * @param options how the store is opened; only {@code format}, {@code tables} and {@code limits}
   *     mean something
   * @throws IncompatibleFormatException if what is there must not be opened
   * @throws StorageException if its file is open in this process through another SQLite library, or
   *     has other names as well (hard links)
   */
  public static SqliteStore over(SqliteAdapter adapter, SqliteOptions options) {
    return new SqliteStore(Opening.over(adapter, options, /* owned= */ false), options);
  }

  @Override
  public Format format() {
    return codec.format();
  }

  @Override
  public TableNames tables() {
    return codec.tables();
  }

  @Override
  public void append(String docId, StoreRecord record) {
    writes.append(docId, record);
  }

  @Override
  public void appendAll(String docId, Iterable<? extends StoreRecord> records) {
    writes.appendAll(docId, records, null);
  }

  @Override
  public Head appendAll(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(writes.appendAll(docId, records, expected));
  }

  @Override
  public void replace(String docId, Iterable<? extends StoreRecord> records) {
    writes.replace(docId, records, null);
  }

  @Override
  public Head replace(String docId, Iterable<? extends StoreRecord> records, Head expected) {
    Objects.requireNonNull(expected, "expected");
    return Objects.requireNonNull(writes.replace(docId, records, expected));
  }

  @Override
  public void delete(String docId) {
    writes.delete(docId, null);
  }

  @Override
  public void delete(String docId, Head expected) {
    writes.delete(docId, Objects.requireNonNull(expected, "expected"));
  }

  @Override
  public RecordCursor loadAll(String docId, long fromSeq) {
    StreamRules.checkId(docId);
    if (fromSeq < 0) {
      throw new IllegalArgumentException("expected a seq of at least 0, found " + fromSeq);
    }
    return cursors.records(docId, fromSeq);
  }

  @Override
  public Optional<StoreMeta> currentMeta(String docId) {
    StreamRules.checkId(docId);
    return connections.read(adapter -> documents.meta(adapter, docId));
  }

  @Override
  public Head head(String docId) {
    StreamRules.checkId(docId);
    return connections.read(adapter -> documents.head(adapter, docId));
  }

  @Override
  public Cursor<String> listDocIds(String prefix) {
    StreamRules.checkId(prefix);
    return cursors.ids(prefix);
  }

  @Override
  public StoreStatistics statistics(int largest, Progress progress) {
    if (largest < 0) {
      throw new IllegalArgumentException("expected at least 0 streams, found " + largest);
    }
    return connections.read(adapter ->
        new StatisticsReader(adapter, schema, connections.logBytes(), largest, progress).run());
  }

  /**
   * {@inheritDoc}
   *
   * <p>SQLite's own integrity check is part of it. Over a single connection, writers wait for it.
   */
  @Override
  public VerificationReport verify(Consumer<Finding> findings, Progress progress) {
    return connections.read(adapter -> new Verifier(adapter, schema, findings, progress).run());
  }

  /**
   * Returns a document of which there are records, but no metadata, so that it is not listed; empty
   * if there is none. All records are looked through.
   */
  public Optional<String> recordsWithoutMetadata() {
    String sql =
        "SELECT doc_id FROM %s r WHERE NOT EXISTS (SELECT 1 FROM %s WHERE doc_id = r.doc_id) LIMIT 1"
            .formatted(
                TableNames.quote(tables().recordsName()),
                TableNames.quote(tables().metaIn(format())));
    return connections.read(adapter -> Schema.text(adapter, sql, SqliteAdapter.Binding.NONE));
  }

  /**
   * Copies the whole database as {@link #backupTo(Path, BackupOptions, Progress)}, with {@link
   * BackupOptions#DEFAULT}, and tells no progress.
   *
   * @throws StorageException for what that throws it for
   */
  public VerificationReport backupTo(Path target) {
    return backupTo(target, BackupOptions.DEFAULT, Progress.NONE);
  }

  /**
   * Copies the whole database, other tables in it included, into a new file, while others write.
   *
   * <p>The copy is the state of one moment: SQLite reads one snapshot from its beginning to its
   * end, so that writers, in this process or others, neither wait nor make it begin anew, and it
   * ends however much is written. Meanwhile the log keeps what they write and cannot be started
   * anew. Over a single connection, this store's own writers wait.
   *
   * <p>The copy is verified as {@link #verify} does and brought to the disk before it is given its
   * name, in one step that never replaces another file; it is for its owner alone. Whatever fails,
   * nothing is left behind but, after a crash, a file whose name ends with {@code .partial}. If
   * that is a second name of the copy, it is to be removed before the copy is written to.
   *
   * @param target a file that does not exist
   * @param options how it is done
   * @param progress is told how many bytes were written, by another thread, and then how many
   *     records were verified
   * @return what is in the copy
   * @throws StorageException if the target exists or cannot be written, if the copy is damaged and
   *     the options do not allow that, or if the calling thread was interrupted
   */
  public VerificationReport backupTo(Path target, BackupOptions options, Progress progress) {
    return connections.backup(new Backup(schema, target, options, progress));
  }

  /**
   * Brings the store in a file into another format, in one transaction; a store with the bare table
   * names of the first versions ({@code meta}, {@code records}) gets the names of today. Stores
   * that have the file open fail from then on.
   *
   * @param path the file
   * @param tables the names of the tables, before and after
   * @param target the format to bring it into
   * @param progress is told how many rows were converted
   * @return what was done; nothing if the format is there already
   * @throws IncompatibleFormatException if there is no store, or the new tables are in use
   * @throws CorruptDataException if a row of metadata cannot be read
   * @throws StorageException if the file cannot be written, or has other names as well (hard links)
   */
  public static Conversion convert(Path path, TableNames tables, Format target, Progress progress) {
    return Converter.run(path, tables, target, progress);
  }

  /**
   * {@inheritDoc}
   *
   * <p>After any call has returned the store's connections are closed, also if several threads
   * close it at once.
   */
  @Override
  public void close() {
    connections.close();
    watch.closed();
  }

  /** Returns where the store is, such as the file's path. */
  @Override
  public String toString() {
    return name + " (" + format() + ")";
  }
}
