package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.kyneta.sqlite.Databases.query;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Progress;
import org.kyneta.store.RecordCursor;

/** The sizes with which SQLite works on a file. */
class TuningTest {

  private static final Tuning TUNING =
      Tuning.DEFAULT.withPageSize(8_192).withCache(5 << 20).withCheckpoint(77).withMap(3 << 20);

  @TempDir private Path directory;

  /** The usual binding, and the connections that it has opened. */
  private static final class Recording implements SqliteBinding {

    final List<SqliteAdapter> opened = new ArrayList<>();
    private final boolean sharesFiles;

    Recording(boolean sharesFiles) {
      this.sharesFiles = sharesFiles;
    }

    @Override
    public SqliteAdapter open(String address, String name) {
      SqliteAdapter adapter = SqliteBinding.JDBC.open(address, name);
      opened.add(adapter);
      return adapter;
    }

    @Override
    public String library() {
      return SqliteBinding.JDBC.library();
    }

    @Override
    public boolean sharesFiles() {
      return sharesFiles;
    }
  }

  private static String pragma(SqliteAdapter adapter, String name) {
    return DatabaseFile.query(adapter, "PRAGMA " + name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyConnectionGetsTheSizesAndTheOneThatWritesItsOwn(boolean sharesFiles) {
    Recording binding = new Recording(sharesFiles);
    SqliteOptions options = SqliteOptions.DEFAULT.withBinding(binding).withTuning(TUNING);
    try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), options)) {
      store.appendAll("doc", stream(2_000));
      try (RecordCursor cursor = store.loadAll("doc")) {
        cursor.next();
        assertThat(binding.opened).hasSize(sharesFiles ? 2 : 1);
        for (SqliteAdapter adapter : binding.opened) {
          assertThat(pragma(adapter, "page_size")).isEqualTo("8192");
          assertThat(pragma(adapter, "cache_size")).isEqualTo("-5120");
          assertThat(pragma(adapter, "mmap_size")).isEqualTo("3145728");
        }
        assertThat(pragma(binding.opened.getFirst(), "wal_autocheckpoint")).isEqualTo("77");
      }
    }
  }

  @Test
  void aFileThatExistsKeepsTheSizeOfItsPages() throws SQLException {
    Path file = directory.resolve("store.db");
    SqliteStore.open(file, SqliteOptions.DEFAULT.withTuning(TUNING)).close();
    Tuning larger = TUNING.withPageSize(16_384);
    try (SqliteStore store = SqliteStore.open(file, SqliteOptions.DEFAULT.withTuning(larger))) {
      store.appendAll("doc", stream(10));
      store.backupTo(directory.resolve("copy.db"));
    }
    assertThat(query(file, "PRAGMA page_size")).containsExactly("8192");
    assertThat(query(directory.resolve("copy.db"), "PRAGMA page_size")).containsExactly("8192");
  }

  /** A connection that brings the log into the file does so from that many pages on. */
  @Test
  void theLogIsBroughtIntoTheFileAtItsSize() {
    assertThat(logAfterManyWrites(Tuning.DEFAULT.withCheckpoint(50))).isLessThan(100 * 4_200);
    assertThat(logAfterManyWrites(Tuning.DEFAULT.withCheckpoint(2_000))).isGreaterThan(300 * 4_200);
  }

  private long logAfterManyWrites(Tuning tuning) {
    Path file = directory.resolve("store-" + tuning.checkpointPages());
    try (SqliteStore store = SqliteStore.open(file, SqliteOptions.DEFAULT.withTuning(tuning))) {
      store.appendAll("doc", stream(1));
      for (int i = 0; i < 300; i++) {
        store.append("doc", Databases.entry(i, 2_000));
      }
      return store.statistics(0, Progress.NONE).logBytes();
    }
  }

  @Test
  void aSizeOutOfItsRangeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tuning.DEFAULT.withPageSize(5_000))
        .withMessage("expected a page size that is a power of two from 512 to 65536, found 5000");
    for (int bytes : new int[] {256, 131_072, 0, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Tuning.DEFAULT.withPageSize(bytes));
    }
    for (long bytes : new long[] {65_535, -1, (1L << 40) + 1}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Tuning.DEFAULT.withCache(bytes));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Tuning.DEFAULT.withCheckpoint(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Tuning.DEFAULT.withMap(-1));
    assertThat(Tuning.DEFAULT.withPageSize(512).withCache(1L << 40).withMap(1L << 40)).isNotNull();
  }
}
