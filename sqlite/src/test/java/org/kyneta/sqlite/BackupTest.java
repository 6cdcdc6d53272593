package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Progress;
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
      store.backupTo(copy, Progress.NONE);
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
          .isThrownBy(() -> store.backupTo(copy, Progress.NONE))
          .withMessageContaining("expected a new file, found one that exists");
    }
    assertThat(copy).hasContent("precious");
  }

  @Test
  void aStoreInMemoryAndOneOpenedForReadingCanBeCopied() {
    Path copy = directory.resolve("copy.db");
    Path second = directory.resolve("second.db");
    try (SqliteStore store = SqliteStore.inMemory(SqliteOptions.DEFAULT)) {
      store.appendAll("doc", stream(10));
      store.backupTo(copy, Progress.NONE);
    }
    try (SqliteStore store = SqliteStore.openReadOnly(copy, SqliteOptions.DEFAULT)) {
      store.backupTo(second, Progress.NONE);
      assertThat(load(store, "doc")).isEqualTo(stream(10));
    }
    try (SqliteStore store = SqliteStore.open(second)) {
      assertThat(load(store, "doc")).isEqualTo(stream(10));
    }
  }
}
