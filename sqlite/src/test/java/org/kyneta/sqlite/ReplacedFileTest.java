package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.list;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.StorageException;

/** A file that is deleted, or replaced by another, while a store has it open. */
@Timeout(60)
class ReplacedFileTest {

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @TempDir private Path directory;
  private Path file;
  private Path backup;

  @BeforeEach
  void writeABackup() {
    file = directory.resolve("store.db");
    backup = directory.resolve("backup.db");
    try (SqliteStore store = SqliteStore.open(backup)) {
      store.appendAll("backed up", stream(500));
    }
  }

  /** It is looked for every millisecond, and not at every write. */
  private static void writeUntilRefused(SqliteStore store, String found) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> {
          long since = System.nanoTime();
          for (int i = 0; System.nanoTime() - since < PATIENCE_NANOS; i++) {
            store.append("doc", entry(i));
          }
        })
        .withMessageContainingAll("store.db: expected the file that was opened", found, "-wal");
  }

  @Test
  void noReaderMixesTheNewFileWithTheLogOfTheOld() throws IOException {
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(3));
      Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> list(store, ""))
          .withMessageContaining("another one in its place");
    }
  }

  @Test
  void nothingIsWrittenToAFileThatIsGone() throws IOException {
    byte[] restored = Files.readAllBytes(backup);
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(3));
      assertThat(load(store, "doc")).isEqualTo(stream(3));
      Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
      writeUntilRefused(store, "another one in its place");
      assertThatExceptionOfType(StorageException.class).isThrownBy(() -> load(store, "doc"));
    }
    Files.delete(directory.resolve("store.db-wal"));
    assertThat(file).hasBinaryContent(restored);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "backed up")).isEqualTo(stream(500));
      Files.delete(file);
      writeUntilRefused(store, "found none");
    }
  }

  @Test
  void aFileThatComesBackIsWrittenToAgain() throws IOException {
    Path aside = directory.resolve("aside.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(3));
      Files.move(file, aside);
      writeUntilRefused(store, "found none");
      Files.move(aside, file);
      store.replace("doc", stream(5));
      assertThat(load(store, "doc")).isEqualTo(stream(5));
    }
  }
}
