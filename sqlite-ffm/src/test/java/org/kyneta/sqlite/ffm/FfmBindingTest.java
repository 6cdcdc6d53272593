package org.kyneta.sqlite.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.sqlite.SqliteAdapter;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.sqlite.SqliteAdapter.Rows;
import org.kyneta.sqlite.SqliteBinding;
import org.kyneta.sqlite.SqliteException;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.sqlite.Tuning;
import org.kyneta.store.StorageException;

class FfmBindingTest {

  private static final SqliteOptions OPTIONS =
      SqliteOptions.DEFAULT.withBinding(FfmBinding.system());

  @TempDir private Path directory;

  @Test
  void theExampleRuns() {
    assertThat(Examples.countDocuments(directory.resolve("store.db"))).isZero();
  }

  @Test
  void theExampleOfALibraryAtAPathRuns() {
    assertThat(Examples.mayBeShared(Libraries.currentFile())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "3054000, true", "3051003, true", "3051002, false", "3051000, false", "3050007, true",
    "3050006, false", "3045001, false", "3044006, true", "3044005, false", "3040001, false"
  })
  void theVersionsWithTheDefectAreKnown(int version, boolean sound) {
    assertThat(FfmBinding.isSoundInWalMode(version)).isEqualTo(sound);
  }

  @Test
  void valuesOfEveryTypeAndSizeComeBackAsTheyWere() {
    byte[] large = new byte[300_000];
    Arrays.fill(large, (byte) 7);
    try (SqliteAdapter adapter = FfmBinding.system().open(":memory:")) {
      adapter.exec("CREATE TABLE t (a, b, c, d, e, f)", Binding.NONE);
      long changes =
          adapter.exec(
              "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)",
              p -> {
                p.text(1, "a\0é😀");
                p.text(2, null);
                p.integer(3, Long.MIN_VALUE);
                p.blob(4, new byte[0]);
                p.blob(5, large);
                p.blob(6, null);
              });
      assertThat(changes).isEqualTo(1);
      try (Rows rows = adapter.iterate("SELECT a, b, c, d, e, f, typeof(d) FROM t", Binding.NONE)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.text(1)).isEqualTo("a\0é😀");
        assertThat(rows.text(2)).isNull();
        assertThat(rows.isNull(2)).isTrue();
        assertThat(rows.integer(3)).isEqualTo(Long.MIN_VALUE);
        assertThat(rows.bytes(4)).isEmpty();
        assertThat(rows.bytes(5)).isEqualTo(large);
        assertThat(rows.bytes(6)).isNull();
        assertThat(rows.text(7)).isEqualTo("blob");
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  void errorsCarrySqlitesCodeAndWordsAndTheStatementCanBeUsedAgain() {
    try (SqliteAdapter adapter = FfmBinding.system().open(":memory:")) {
      adapter.exec("CREATE TABLE t (a INTEGER PRIMARY KEY)", Binding.NONE);
      String insert = "INSERT INTO t VALUES (?)";
      adapter.exec(insert, p -> p.integer(1, 1));
      assertThatExceptionOfType(SqliteException.class)
          .isThrownBy(() -> adapter.exec(insert, p -> p.integer(1, 1)))
          .withMessageContainingAll("UNIQUE constraint failed", ":memory:")
          .satisfies(e -> assertThat(e.primaryCode()).isEqualTo(19));
      assertThat(adapter.exec(insert, p -> p.integer(1, 2))).isEqualTo(1);
      assertThatExceptionOfType(SqliteException.class)
          .isThrownBy(() -> adapter.exec("SELEC", Binding.NONE))
          .withMessageContaining("syntax error");
    }
  }

  @Test
  void whatIsUsedAfterCloseFailsAndDoesNotCrash() {
    SqliteAdapter adapter = FfmBinding.system().open(":memory:");
    Rows rows = adapter.iterate("SELECT 1", Binding.NONE);
    adapter.close();
    adapter.close();
    assertThatExceptionOfType(SqliteException.class).isThrownBy(rows::next);
    rows.close();
    assertThatExceptionOfType(SqliteException.class)
        .isThrownBy(() -> adapter.exec("SELECT 1", Binding.NONE))
        .withMessageContaining("closed");
  }

  @Test
  void aSecondLibraryOnOneFileIsRefusedThroughLinksToo() throws IOException {
    Path file = directory.resolve("store.db");
    Path link = directory.resolve("symbolic");
    Path other = directory.resolve("hard");
    try (SqliteStore store = SqliteStore.open(file)) {
      Files.createSymbolicLink(link, file);
      Files.createLink(other, file);
      for (Path path : new Path[] {file, link, other}) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> SqliteStore.open(path, OPTIONS))
            .withMessageContainingAll("sqlite-jdbc only", "would destroy it");
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> SqliteStore.openReadOnly(path, OPTIONS));
      }
      assertThat(store.format()).isNotNull();
    }
    Files.delete(other); // Nobody writes to a file with two names.
    SqliteStore.open(file, OPTIONS).close();
    SqliteStore.open(file).close();
  }

  @Test
  void aDefectiveLibraryHasAFileForItselfAlone() {
    SqliteBinding defective = OPTIONS.binding();
    Path file = directory.resolve("store.db");
    assumeFalse(defective.sharesFiles(), "the system's library is current");
    SqliteOptions impatient = OPTIONS.withBusyTimeout(Duration.ZERO);
    try (SqliteStore store = SqliteStore.open(file, impatient)) {
      assertThat(store.format()).isNotNull();
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> SqliteStore.open(file, impatient));
    }
  }

  @Test
  void aFileGetsTheSizesThatAreAskedFor() {
    Path file = directory.resolve("store.db");
    Tuning tuning = Tuning.DEFAULT.withPageSize(8_192).withCache(5 << 20).withMap(3 << 20);
    SqliteStore.open(file, OPTIONS.withTuning(tuning)).close();
    try (SqliteAdapter adapter = FfmBinding.system().open(file.toString());
        Rows rows = adapter.iterate("PRAGMA page_size", Binding.NONE)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.integer(1)).isEqualTo(8_192);
    }
  }

  @Test
  void whatIsNoLibraryIsRefused() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> FfmBinding.at(directory.resolve("none.so")))
        .withMessageContaining("none.so");
  }
}
