package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.BackupOptions.Damaged;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

class BackupTest {

  @TempDir private Path directory;

  @Test
  void aCopyTakenWhileOthersWriteIsAPrefixOfWhatTheyWrite()
      throws IOException, InterruptedException {
    Path copy = directory.resolve("copy.db");
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"))) {
      store.appendAll("doc", stream(20_000));
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          Thread.startVirtualThread(() -> {
            for (int i = 20_001; !done.get(); i++) {
              store.append("doc", entry(i));
            }
          });
      store.backupTo(copy);
      done.set(true);
      writer.join();
      List<StoreRecord> all = load(store, "doc");
      try (SqliteStore backup = SqliteStore.open(copy)) {
        List<StoreRecord> kept = load(backup, "doc");
        assertThat(kept).hasSizeGreaterThan(20_000).isEqualTo(all.subList(0, kept.size()));
        assertThat(backup.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("store.db", "copy.db");
  }

  @Test
  void aFileThatExistsIsNotOverwritten() throws IOException {
    Path copy = Files.writeString(directory.resolve("copy.db"), "precious");
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"))) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.backupTo(copy))
          .withMessageContaining("expected a new file, found one that exists");
    }
    assertThat(copy).hasContent("precious");
  }

  @Test
  void theLogOfAFileThatWasThereBeforeIsNotBroughtIntoTheCopy() throws IOException {
    Path copy = directory.resolve("copy.db");
    Path log = directory.resolve("copy.db-wal");
    try (SqliteStore lost = SqliteStore.open(directory.resolve("lost.db"))) {
      lost.appendAll("of the lost file", stream(10));
      Files.copy(directory.resolve("lost.db-wal"), log);
    }
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"))) {
      store.appendAll("doc", stream(10));
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.backupTo(copy))
          .withMessageContainingAll("copy.db-wal", "expected no log", "move it away");
      assertThat(copy).doesNotExist();
      Files.write(log, new byte[0]);
      store.backupTo(copy);
    }
    try (SqliteStore backup = SqliteStore.open(copy)) {
      assertThat(load(backup, "doc")).isEqualTo(stream(10));
    }
  }

  @Test
  void aStoreInMemoryAndOneOpenedForReadingCanBeCopied() {
    Path copy = directory.resolve("copy.db");
    Path second = directory.resolve("second.db");
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      store.appendAll("doc", stream(10));
      store.backupTo(copy);
    }
    try (SqliteStore store = SqliteStore.openReadOnly(copy, SqliteOptions.DEFAULT)) {
      store.backupTo(second);
      assertThat(load(store, "doc")).isEqualTo(stream(10));
    }
    try (SqliteStore store = SqliteStore.open(second)) {
      assertThat(load(store, "doc")).isEqualTo(stream(10));
    }
  }

  @Test
  void aDamagedRecordIsNotCopiedUnlessAskedFor() throws SQLException {
    Path file = directory.resolve("store.db");
    Path copy = directory.resolve("copy.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(10));
    }
    Databases.run(file, "UPDATE kyneta_records SET blob = x'00' WHERE seq = 7");
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.backupTo(copy))
          .withMessageContainingAll("copy.db", "sound copy", "seq 7", "checksum");
      assertThat(directory.toFile().list()).noneMatch(name -> name.startsWith("copy.db"));

      BackupOptions even = BackupOptions.DEFAULT.withDamaged(Damaged.KEEP);
      assertThat(store.backupTo(copy, even, Progress.NONE).errors()).isEqualTo(1);
      assertThat(copy).exists();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // Whoever calls this need not check that.
  void optionsSayWhatBecomesOfADamagedCopy() {
    assertThatNullPointerException()
        .isThrownBy(() -> BackupOptions.DEFAULT.withDamaged(null))
        .withMessage("damaged");
  }

  @Test
  void aBackupEndsThoughWritersNeverRestAndPausesAfterEachStep()
      throws InterruptedException, ExecutionException {
    Path file = directory.resolve("store.db");
    Path copy = directory.resolve("copy.db");
    Duration pause = Duration.ofMillis(30);
    AtomicBoolean done = new AtomicBoolean();
    try (SqliteStore store = SqliteStore.open(file);
        SqliteStore other = SqliteStore.open(file);
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      store.append("big", StoreRecord.meta(Databases.META));
      for (int i = 0; i < 40; i++) {
        store.append("big", entry(i, 50_000));
      }
      List<Future<Integer>> written = new ArrayList<>();
      for (SqliteStore writer : List.of(store, other)) {
        String docId = "doc" + written.size();
        written.add(writers.submit(() -> writeOn(writer, docId, done)));
      }
      long started = System.nanoTime();
      VerificationReport report;
      try {
        report = store.backupTo(copy, BackupOptions.DEFAULT.withPause(10, pause), Progress.NONE);
      } finally {
        done.set(true);
      }
      long took = System.nanoTime() - started;
      assertThat(report.isSound()).isTrue();
      // 2 MB in steps of 10 pages, though SQLite may write some of them at once.
      assertThat(Duration.ofNanos(took)).isGreaterThan(pause.multipliedBy(10));
      for (Future<Integer> writer : written) {
        assertThat(writer.get()).isPositive();
      }
    }
  }

  private static int writeOn(SqliteStore store, String docId, AtomicBoolean done) {
    store.append(docId, StoreRecord.meta(Databases.META));
    int written = 0;
    while (!done.get()) {
      store.append(docId, entry(++written));
    }
    return written;
  }

  @Test
  void anInterruptedBackupLeavesNothing() throws InterruptedException {
    Path file = directory.resolve("store.db");
    Path copy = directory.resolve("copy.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append("big", StoreRecord.meta(Databases.META));
      for (int i = 0; i < 40; i++) {
        store.append("big", entry(i, 50_000));
      }
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      Thread backup =
          Thread.ofVirtual()
              .start(() -> {
                Thread.currentThread().interrupt();
                try {
                  store.backupTo(copy);
                } catch (StorageException e) {
                  failure.set(e);
                }
              });
      backup.join();
      assertThat(failure.get()).hasMessageContaining("the backup was interrupted");
      assertThat(directory.toFile().list()).noneMatch(name -> name.startsWith("copy.db"));
      assertThat(store.backupTo(copy).isSound()).isTrue();
    }
  }

  @Test
  void aFileThatCameIntoBeingMeanwhileIsNotReplaced() throws IOException {
    Path target = directory.resolve("copy.db");
    try (NewFile file = NewFile.create(target)) {
      Files.writeString(file.temporary(), "ours");
      Files.writeString(target, "theirs");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(file::publish)
          .withMessageContaining("found one that exists");
    }
    assertThat(target).hasContent("theirs");
    assertThat(directory.toFile().list()).containsExactly("copy.db");
  }
}
