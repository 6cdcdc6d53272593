package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.StorageException;

/** SQLite opens a file to read where it cannot open it to write, and does not say so. */
class ReadOnlyFallbackTest {

  @TempDir private Path directory;

  /** Opens a file to read whatever it is asked for, over the only connection that there is. */
  private record FallingBack() implements SqliteBinding {

    @Override
    public SqliteAdapter open(String address, String name) {
      return SqliteBinding.JDBC.open(address.replace("mode=rw", "mode=ro"), name);
    }

    @Override
    public String library() {
      return SqliteBinding.JDBC.library();
    }

    @Override
    public boolean sharesFiles() {
      return false;
    }
  }

  @Test
  void aStoreThatCouldNeverWriteIsNotOpened() {
    Path file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("doc", stream(2));
    }
    SqliteOptions options = SqliteOptions.DEFAULT.withBinding(new FallingBack());
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.open(file, options).close())
        .withMessageContaining("readonly");
  }
}
