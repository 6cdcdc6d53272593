package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Head;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageBusyException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/** The three outcomes of a write, told apart by what becomes of its COMMIT. */
class CommitFailureTest {

  private static final int IOERR_FSYNC = 1034;

  @TempDir private Path directory;
  private Path file;
  private Connection connection;
  private FailingAdapter adapter;
  private SqliteStore store;

  @BeforeEach
  void open() throws SQLException {
    file = directory.resolve("store.db");
    connection = Databases.connect(file);
    adapter = new FailingAdapter(JdbcSqliteAdapter.over(connection));
    store = SqliteStore.over(adapter);
    store.appendAll("doc", stream(2));
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    adapter.close();
    connection.close();
  }

  @Test
  void aCommitThatWasDoneAndNotConfirmedIsUnknownAndFoundOutByTheHead() {
    Head before = store.head("doc");
    adapter.failAfter(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.append("doc", entry(3)))
        .withMessageContainingAll("\"doc\"", "append may or may not have been committed");
    adapter.recover();
    try (SqliteStore anew = SqliteStore.open(file)) {
      assertThat(anew.head("doc")).isNotEqualTo(before);
      assertThat(load(anew, "doc")).isEqualTo(stream(3));
    }
  }

  @Test
  void aCommitThatWasNotDoneAndNotRefusedIsUnknownAndFoundOutByTheHead() {
    Head before = store.head("doc");
    adapter.failBefore(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.replace("doc", stream(0)))
        .satisfies(e -> assertThat(e.docId()).isEqualTo("doc"));
    adapter.recover();
    try (SqliteStore anew = SqliteStore.open(file)) {
      assertThat(anew.head("doc")).isEqualTo(before);
      assertThat(load(anew, "doc")).isEqualTo(stream(2));
    }
  }

  @Test
  void aCommitOutOfWhichComesAnErrorOfJavaIsUnknownToo() {
    adapter.dieAfter("COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.append("doc", entry(3)))
        .withMessageContaining("OutOfMemoryError")
        .withRootCauseInstanceOf(OutOfMemoryError.class);
    adapter.recover();
    try (SqliteStore anew = SqliteStore.open(file)) {
      assertThat(load(anew, "doc")).isEqualTo(stream(3));
    }
  }

  @Test
  void afterAnUnknownOutcomeTheConnectionIsNotWrittenToAgain() {
    adapter.failBefore(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.append("doc", entry(3)));
    adapter.recover();
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> store.append("doc", entry(3)))
        .withMessageContaining("open the store anew");
  }

  @Test
  void afterAnUnknownOutcomeWhatTheConnectionShowsIsNotReadEither() {
    adapter.failBefore(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.append("doc", entry(3)));
    adapter.recover();
    List<Runnable> reads =
        List.of(() -> store.head("doc"), () -> load(store, "doc"), () -> store.currentMeta("doc"));
    for (Runnable read : reads) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(read::run)
          .withMessageContaining("open the store anew");
    }
  }

  @Test
  void afterAnUnknownOutcomeNoOtherStoreOverTheConnectionUsesItEither() {
    TableNames others = new TableNames("other_meta", "other_records", null);
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(others);
    SqliteStore other = SqliteStore.over(adapter, options);
    other.appendAll("doc", stream(1));
    adapter.failBefore(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> store.append("doc", entry(3)));
    adapter.recover();
    List<Runnable> uses =
        List.of(
            () -> other.append("doc", entry(2)),
            () -> load(other, "doc"),
            () -> SqliteStore.over(adapter, options));
    for (Runnable use : uses) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(use::run)
          .withMessageContaining("over another connection");
    }
    other.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {ResultCode.BUSY, ResultCode.FULL})
  void aCommitThatWasRefusedHasFailedAndTheStoreGoesOn(int code) {
    adapter.failBefore(code, "COMMIT"::equals);
    Class<? extends StoreException> expected =
        code == ResultCode.BUSY ? StorageBusyException.class : SqliteException.class;
    assertThatExceptionOfType(expected).isThrownBy(() -> store.append("doc", entry(3)));
    adapter.recover();
    assertThat(load(store, "doc")).isEqualTo(stream(2));
    store.append("doc", entry(3));
    assertThat(load(store, "doc")).isEqualTo(stream(3));
  }

  @Test
  void whereverAWriteFailsTheStateBeforeIsTheStateAfter() {
    List<Runnable> writes =
        List.of(
            () -> store.append("doc", entry(3)),
            () -> store.append("doc", StoreRecord.meta(Databases.META)),
            () -> store.appendAll("doc", List.of(entry(3), entry(4)), store.head("doc")),
            () -> store.replace("doc", stream(1)),
            () -> store.replace("new", stream(1)),
            () -> store.delete("doc"));
    for (Runnable write : writes) {
      int failures = 0;
      for (int statement = 1; failures < statement; statement++) {
        AtomicInteger countdown = new AtomicInteger(statement);
        adapter.failBefore(
            ResultCode.FULL, sql -> !sql.equals("ROLLBACK") && countdown.decrementAndGet() == 0);
        try {
          write.run();
          break; // It has fewer statements than that: every one of them has failed once.
        } catch (StorageException e) {
          failures++;
        }
        adapter.recover();
        assertThat(load(store, "doc")).isEqualTo(stream(2));
        assertThat(Databases.list(store, "")).containsExactly("doc");
      }
      assertThat(failures).isGreaterThanOrEqualTo(3);
      adapter.recover();
      store.delete("new");
      store.delete("doc");
      store.appendAll("doc", stream(2));
    }
    assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
  }

  private static FileConnections writing(
      DatabaseFile file, SqliteAdapter first, List<SqliteAdapter> opened) {
    return new FileConnections(file, file::openReader)
        .writing(
            first,
            () -> {
              opened.add(file.openWriter());
              return opened.getLast();
            });
  }

  @Test
  void aFilesWriterIsReplacedAfterAnUnknownOutcome() {
    DatabaseFile databaseFile = DatabaseFile.toWrite(file, SqliteOptions.DEFAULT);
    FailingAdapter first = new FailingAdapter(databaseFile.openWriter());
    List<SqliteAdapter> opened = new ArrayList<>();
    FileConnections connections = writing(databaseFile, first, opened);
    first.failAfter(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> connections.write("doc", "append", a -> 1));
    assertThat(opened).isEmpty();
    assertThat(connections.<Integer>write("doc", "append", a -> 2)).isEqualTo(2);
    assertThat(opened).hasSize(1);
    assertThatCode(connections::close).doesNotThrowAnyException();
  }

  private static int touch(SqliteAdapter adapter) {
    DatabaseFile.writeNothing(adapter);
    return 1;
  }

  @Test
  void aFullDiskIsAFailureWhereTheLogCanBeWrittenAndUnknownWhereItCannot() throws IOException {
    DatabaseFile databaseFile = DatabaseFile.toWrite(file, SqliteOptions.DEFAULT);
    FailingAdapter first = new FailingAdapter(databaseFile.openWriter());
    databaseFile.prepareWriter(first);
    List<SqliteAdapter> opened = new ArrayList<>();
    FileConnections connections = writing(databaseFile, first, opened);
    connections.write("doc", "append", CommitFailureTest::touch);
    Path log = directory.resolve("store.db-wal");
    long before = Files.size(log);
    AtomicInteger failing = new AtomicInteger(1);
    first.failBefore(ResultCode.FULL, sql -> sql.equals("COMMIT") && failing.getAndDecrement() > 0);
    assertThatExceptionOfType(SqliteException.class)
        .isThrownBy(() -> connections.write("doc", "append", CommitFailureTest::touch));
    assertThat(Files.size(log))
        .as("with a transaction over what may be there")
        .isGreaterThan(before);
    failing.set(Integer.MAX_VALUE);
    assertThatExceptionOfType(SqliteException.class)
        .isThrownBy(() -> connections.write("doc", "append", CommitFailureTest::touch))
        .withMessageNotContaining("nor");
    Path away = directory.resolve("away");
    Files.move(log, away);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> connections.write("doc", "append", CommitFailureTest::touch))
        .withStackTraceContaining("nor can the log be written where it has room");
    assertThat(opened).as("in vain so far").isEmpty();
    Files.move(away, log);
    assertThat(connections.<Integer>read(a -> 1)).isEqualTo(1);
    assertThat(opened).hasSize(1);
    connections.close();
  }

  @Test
  void afterAnUnknownOutcomeAFileIsReadOnceAnotherWriterHasSettledIt() {
    DatabaseFile databaseFile = DatabaseFile.toWrite(file, SqliteOptions.DEFAULT);
    FailingAdapter first = new FailingAdapter(databaseFile.openWriter());
    List<SqliteAdapter> opened = new ArrayList<>();
    AtomicBoolean isReachable = new AtomicBoolean();
    FileConnections connections =
        new FileConnections(databaseFile, databaseFile::openReader)
            .writing(
                first,
                () -> {
                  if (!isReachable.get()) {
                    throw new SqliteException("injected", IOERR_FSYNC, null);
                  }
                  opened.add(databaseFile.openWriter());
                  return opened.getLast();
                });
    assertThat(connections.<Integer>read(a -> 1)).isEqualTo(1);
    first.failBefore(IOERR_FSYNC, "COMMIT"::equals);
    assertThatExceptionOfType(OutcomeUnknownException.class)
        .isThrownBy(() -> connections.write("doc", "append", a -> 2));
    assertThatExceptionOfType(SqliteException.class).isThrownBy(() -> connections.read(a -> 3));
    isReachable.set(true);
    assertThat(connections.<Integer>read(a -> 4)).isEqualTo(4);
    assertThat(connections.<Integer>read(a -> 5)).isEqualTo(5);
    assertThat(opened).hasSize(1);
    connections.close();
  }

  @Test
  void whatSqliteSaysOfUnreadableAndOfDamagedFilesAlikeIsNotTakenForDamage() {
    assertThat(new SqliteException("malformed", ResultCode.CORRUPT, null))
        .hasMessageContainingAll("malformed; the file is damaged, or the disk could not read it");
    assertThat(new SqliteException("malformed", ResultCode.CORRUPT, null).fromCommit())
        .extracting(Throwable::getMessage)
        .asString()
        .containsOnlyOnce("could not read it");
    assertThat(new SqliteException("disk I/O error", IOERR_FSYNC, null))
        .hasMessage("disk I/O error");
  }
}
