package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;

/**
 * A store in a directory of its own, which goes when it is closed.
 *
 * @param directory the directory
 * @param store the store
 */
record TemporaryStore(Path directory, SqliteStore store) implements AutoCloseable {

  static TemporaryStore create(Durability durability) throws IOException {
    Path directory = Files.createTempDirectory("kyneta-benchmark-");
    SqliteOptions options = SqliteOptions.DEFAULT.withDurability(durability);
    return new TemporaryStore(directory, SqliteStore.open(directory.resolve("store.db"), options));
  }

  @Override
  public void close() throws IOException {
    store.close();
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(directory.resolve("store.db" + suffix));
    }
    Files.delete(directory);
  }
}
