package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.SqliteStore;

/** The examples of the documentation do what they say. */
@Timeout(60)
class ExamplesTest {

  @TempDir private Path folder;

  @Test
  void aServerServesTheDocumentsOfTeams() throws IOException {
    Path file = folder.resolve("notes.db");
    Examples.serve(file, Map.of("r", "red", "b", "blue"));
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.currentMeta("red/doc")).contains(Samples.YJS);
      assertThat(store.currentMeta("blue/doc")).isEmpty();
    }
  }
}
