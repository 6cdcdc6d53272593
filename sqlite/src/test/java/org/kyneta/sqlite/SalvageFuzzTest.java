package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sqlite.SalvageRows.RecordRow;
import org.kyneta.store.IncompatibleFormatException;

/**
 * Whatever a file and its log hold, their pages are read or passed over. In a build this runs over
 * the inputs that lie beside it; with {@code JAZZER_FUZZ=1} in the environment it looks for new
 * ones.
 */
final class SalvageFuzzTest {

  /** The first two bytes say how many 512 bytes of the rest are the file; then comes the log. */
  @FuzzTest(maxDuration = "10m")
  void whateverAFileHoldsIsReadOrPassedOver(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    Path directory = Files.createTempDirectory("salvage-fuzz");
    Path path = directory.resolve("damaged.db");
    Path log = directory.resolve("damaged.db-wal");
    try {
      int size = Math.min(input.length, 2 + 512 * TreePage.u16(input, 0));
      Files.write(path, Arrays.copyOfRange(input, 2, size));
      if (size < input.length) {
        Files.write(log, Arrays.copyOfRange(input, size, input.length));
      }
      readAll(path);
    } finally {
      Files.deleteIfExists(log);
      Files.deleteIfExists(path);
      Files.delete(directory);
    }
  }

  private static void readAll(Path path) {
    try (DamagedFile file = DamagedFile.open(path)) {
      FileCatalog catalog = new FileCatalog(file);
      List<Long> tops = catalog.tops();
      for (Format format : Format.values()) {
        Found rows = new Found(new RowCodec(format, TableNames.DEFAULT));
        BitSet visited = new BitSet();
        TreeWalk<RecordRow> walk = new TreeWalk<>(file, rows, visited);
        for (long root : catalog.roots()) {
          rows.taken.clear();
          walk.walk(root);
          rows.requireAscending();
        }
        walk.place(tops);
        catalog.roots().forEach(root -> catalog.mark(root, visited));
        assertThat(visited.length() - 1L).isLessThanOrEqualTo(Math.max(0, file.pages()));
      }
    } catch (IncompatibleFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** The records of a walk. */
  private static final class Found implements TreeWalk.Rows<RecordRow> {

    private final RowCodec codec;
    private final List<RowKey> taken = new ArrayList<>();

    Found(RowCodec codec) {
      this.codec = codec;
    }

    @Override
    public @Nullable RecordRow read(RowImage image) {
      return SalvageRows.record(image, codec);
    }

    @Override
    public RowKey key(RecordRow row) {
      return row.key();
    }

    @Override
    public void take(RecordRow row, boolean loose) {
      taken.add(row.key());
    }

    void requireAscending() {
      for (int i = 1; i < taken.size(); i++) {
        assertThat(taken.get(i - 1).compareTo(taken.get(i))).isNegative();
      }
    }
  }
}
