package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.cli.Tool.Run;

/** Real editing sessions, recorded and replayed. */
class TraceTest {

  private static final String DOC = "trace";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "sveltecomponent, 18335, 510459",
    "friendsforever_flat, 26078, 520245",
  })
  void aSessionIsReplayedAsItWasRecorded(String session, int updates, int bytes)
      throws IOException {
    Path log = Shared.file("traces/" + session + ".updates.gz");
    byte[] expected;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(log))) {
      expected = in.readAllBytes();
    }
    Path store = directory.resolve("store.db");

    Run recorded = run("record", store, DOC, "--updates", log, "--json").done();
    assertThat(recorded.number("updates")).isEqualTo(updates);
    assertThat(recorded.number("bytes")).isEqualTo(bytes);
    assertReplays(store, expected);

    Path copy = directory.resolve("copy.db");
    run("copy", store, copy).done();
    assertReplays(copy, expected);

    run("convert", copy, "--format", 2).done();
    assertThat(run("stat", copy, "--json").done().number("format")).isEqualTo(2);
    assertReplays(copy, expected);
    run("convert", copy, "--format", 1).done();
    assertReplays(copy, expected);

    Path backup = directory.resolve("backup.db");
    run("backup", store, backup).done();
    assertReplays(backup, expected);

    Path again = directory.resolve("again.db");
    runWith(expected, "record", again, DOC, "--updates", "-").done();
    assertThat(run("dump", again).done().bytes()).isEqualTo(run("dump", store).done().bytes());
    assertThat(run("verify", again, "--json").done().number("records")).isEqualTo(updates + 1);
  }

  private void assertReplays(Path store, byte[] expected) throws IOException {
    assertThat(run("replay", store, DOC).done().bytes()).isEqualTo(expected);
    Path file = directory.resolve("replayed");
    run("replay", store, DOC, "--out", file).done();
    assertThat(file).hasBinaryContent(expected);
    Files.delete(file);
  }
}
