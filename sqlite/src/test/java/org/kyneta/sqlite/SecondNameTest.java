package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.store.StorageException;

/** Two hard links to one file: each name has a log of its own, so nobody may write. */
@Timeout(60)
class SecondNameTest {

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @TempDir private Path directory;
  private Path file;
  private Path second;

  @BeforeEach
  void writeAStore() {
    file = directory.resolve("store.db");
    second = directory.resolve("second.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(3));
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(call)
        .withMessageContainingAll(
            "expected a file with one name", "found 2 hard links", "remove the other name", "copy");
  }

  @Test
  void noneOfItsNamesIsOpenedToWrite() throws Exception {
    Files.createLink(second, file);
    for (Path name : List.of(file, second)) {
      assertRefused(() -> SqliteStore.open(name).close());
      assertRefused(() -> SqliteStore.convert(name, TableNames.DEFAULT, Format.V2, Progress.NONE));
      assertRefused(() ->
          SqliteRepair.addChecksums(
              name,
              SqliteOptions.DEFAULT,
              ChecksumReport.Mode.WRITE,
              finding -> {},
              Progress.NONE));
      try (Connection connection = Databases.connect(name);
          JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection)) {
        assertRefused(() -> SqliteStore.over(adapter).close());
      }
    }
    assertThat(directory).isDirectoryNotContaining("glob:**-wal");
    Files.delete(second);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "doc")).isEqualTo(stream(3));
    }
  }

  @Test
  void eachOfItsNamesIsOpenedToRead() throws IOException {
    Files.createLink(second, file);
    for (Path name : List.of(file, second)) {
      try (SqliteStore store = SqliteStore.openReadOnly(name, SqliteOptions.DEFAULT)) {
        assertThat(load(store, "doc")).isEqualTo(stream(3));
      }
    }
  }

  @Test
  void aNameThatComesLaterEndsTheWritingUntilItIsGone() throws IOException {
    try (SqliteStore store = SqliteStore.open(file)) {
      Files.createLink(second, file);
      assertRefused(() -> {
        long since = System.nanoTime();
        for (int i = 4; System.nanoTime() - since < PATIENCE_NANOS; i++) {
          store.append("doc", entry(i));
        }
      });
      assertRefused(() -> SqliteStore.open(second).close());
      Files.delete(second);
      store.replace("doc", stream(5));
      assertThat(load(store, "doc")).isEqualTo(stream(5));
    }
  }
}
