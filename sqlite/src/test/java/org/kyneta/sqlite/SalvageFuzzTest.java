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
        RowCodec codec = new RowCodec(format, TableNames.DEFAULT);
        List<RowKey> taken = new ArrayList<>();
        BitSet visited = new BitSet();
        TreeWalk<RecordRow> walk =
            new TreeWalk<>(
                file,
                image -> SalvageRows.record(image, codec),
                (row, loose) -> taken.add(row.key()),
                visited);
        for (long root : catalog.roots()) {
          taken.clear();
          walk.walk(root);
          requireAscending(taken);
        }
        walk.place(tops);
        catalog.roots().forEach(root -> catalog.mark(root, visited));
        assertThat(visited.length() - 1L).isLessThanOrEqualTo(Math.max(0, file.pages()));
      }
    } catch (IncompatibleFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void requireAscending(List<RowKey> keys) {
    for (int i = 1; i < keys.size(); i++) {
      assertThat(keys.get(i - 1).compareTo(keys.get(i))).isNegative();
    }
  }
}
