package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.RecordCursor;

/** A cursor that is open for long keeps the log from growing without bound no longer. */
@Timeout(120)
class LogLimitTest {

  private static final int LONG = 5_000;
  private static final long LIMIT = 8 << 20;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(longs = {LIMIT, Long.MAX_VALUE})
  void besideALongOpenCursorTheLogIsBoundedByItsLimit(long limit) throws IOException {
    SqliteOptions options =
        SqliteOptions.DEFAULT.withDurability(Durability.NORMAL).withLargestLog(limit);
    Path log = directory.resolve("store.db-wal");
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), options)) {
      store.appendAll("doc", stream(LONG));
      try (RecordCursor cursor = store.loadAll("doc")) {
        cursor.next();
        long largest = 0;
        for (int i = 0; i < 8_000; i++) {
          store.append("doc", entry(i, 2_000));
          if (i % 100 == 0) {
            largest = Math.max(largest, Files.size(log));
          }
        }
        assertThat(cursor.stream().toList()).isEqualTo(stream(LONG).subList(1, LONG + 1));
        if (limit == LIMIT) {
          assertThat(largest).isLessThan(LIMIT * 2);
        } else {
          assertThat(largest).as("the control, without a limit").isGreaterThan(LIMIT * 2);
        }
      }
    }
  }
}
