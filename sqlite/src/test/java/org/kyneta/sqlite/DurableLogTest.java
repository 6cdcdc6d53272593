package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

/** What a writer does with a log that it finds, which may never have come to the disk. */
class DurableLogTest {

  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final int IOERR_FSYNC = 1034;
  private static final int IOERR_WRITE = 778;

  @TempDir private Path directory;
  private Path file;
  private Path log;

  @BeforeEach
  void name() {
    file = directory.resolve("store.db");
    log = directory.resolve("store.db-wal");
  }

  @Test
  void whoeverOpensAFileToWriteWritesTheLogOnceMoreAsItIs() throws IOException {
    try (SqliteStore writing = SqliteStore.open(file)) {
      writing.appendAll("doc", stream(2));
      writing.append("doc", entry(3, 300_000));
      List<StoreRecord> stored = load(writing, "doc");
      byte[] before = Files.readAllBytes(log);
      assertThat(before.length).as("more than is copied at once").isGreaterThan(1 << 18);
      Files.setLastModifiedTime(log, LONG_AGO);
      try (SqliteStore other = SqliteStore.open(file)) {
        assertThat(Files.getLastModifiedTime(log)).isGreaterThan(LONG_AGO);
        byte[] after = Files.readAllBytes(log);
        assertThat(after.length)
            .as("a transaction that changes nothing")
            .isGreaterThan(before.length);
        assertThat(Arrays.equals(Arrays.copyOf(after, before.length), before))
            .as("as it was")
            .isTrue();
        assertThat(load(other, "doc")).isEqualTo(stored);
      }
      writing.append("doc", entry(4));
      assertThat(load(writing, "doc"))
          .startsWith(stored.toArray(StoreRecord[]::new))
          .endsWith(entry(4));
    }
  }

  @Test
  void anInterruptKeepsNobodyFromIt() throws IOException {
    try (SqliteStore writing = SqliteStore.open(file)) {
      writing.appendAll("doc", stream(2));
      Files.setLastModifiedTime(log, LONG_AGO);
      Thread.currentThread().interrupt();
      try (SqliteStore other = SqliteStore.open(file)) {
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.getLastModifiedTime(log)).isGreaterThan(LONG_AGO);
        assertThat(load(other, "doc")).isEqualTo(stream(2));
      }
    }
  }

  @Test
  void whoeverOnlyReadsLeavesTheLogAlone() throws IOException {
    try (SqliteStore writing = SqliteStore.open(file)) {
      writing.appendAll("doc", stream(2));
      Files.setLastModifiedTime(log, LONG_AGO);
      try (SqliteStore other = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
        assertThat(load(other, "doc")).isEqualTo(stream(2));
      }
      assertThat(Files.getLastModifiedTime(log)).isEqualTo(LONG_AGO);
    }
  }

  @Test
  void aLogThatAnotherConnectionWritesIsLeftToIt() throws IOException, SQLException {
    SqliteOptions impatient = SqliteOptions.DEFAULT.withBusyTimeout(Duration.ZERO);
    try (SqliteStore writing = SqliteStore.open(file);
        Connection other = Databases.connect(file);
        Statement statement = other.createStatement()) {
      writing.appendAll("doc", stream(2));
      statement.execute("BEGIN IMMEDIATE");
      Files.setLastModifiedTime(log, LONG_AGO);
      try (SqliteStore opened = SqliteStore.open(file, impatient)) {
        assertThat(Files.getLastModifiedTime(log)).isEqualTo(LONG_AGO);
        statement.execute("ROLLBACK");
        opened.append("doc", entry(3));
        assertThat(load(opened, "doc")).isEqualTo(stream(3));
      }
    }
  }

  @Test
  void aLogThatCannotBeBroughtToTheDiskIsNotBroughtIntoTheFileEither() throws Exception {
    copyWithLog();
    byte[] before = Files.readAllBytes(log);
    byte[] database = Files.readAllBytes(file);
    SqliteBinding failing = new FailingBinding(IOERR_FSYNC, "BEGIN IMMEDIATE");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.open(file, SqliteOptions.DEFAULT.withBinding(failing)))
        .withMessageContaining("injected");
    assertThat(log).hasBinaryContent(before);
    assertThat(file).hasBinaryContent(database);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "doc")).isEqualTo(stream(20));
    }
  }

  @Test
  void anErrorThatComesAfterTheValueOfAPragmaIsNoticed() {
    SqliteBinding failing = new FailingBinding(IOERR_WRITE, "PRAGMA journal_mode = WAL");
    assertThatExceptionOfType(SqliteException.class)
        .isThrownBy(() -> SqliteStore.open(file, SqliteOptions.DEFAULT.withBinding(failing)))
        .withMessageContaining("injected");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(2));
      assertThat(load(store, "doc")).isEqualTo(stream(2));
    }
  }

  /** Makes a file with a log that nobody has open, as after the death of a process. */
  private void copyWithLog() throws IOException {
    Path original = directory.resolve("original.db");
    try (SqliteStore store = SqliteStore.open(original)) {
      store.appendAll("doc", stream(20));
      // The copies are made before the original is closed, and nobody opens it afterwards.
      Files.copy(original, file);
      Files.copy(directory.resolve("original.db-wal"), log);
    }
  }

  /** Opens connections on which a statement fails, one that returns rows after the last of them. */
  private record FailingBinding(int code, String sql) implements SqliteBinding {

    @Override
    public SqliteAdapter open(String address, String name) {
      FailingAdapter adapter = new FailingAdapter(SqliteBinding.JDBC.open(address, name));
      adapter.failAfter(code, sql::equals);
      return adapter;
    }

    @Override
    public String library() {
      return SqliteBinding.JDBC.library();
    }
  }
}
