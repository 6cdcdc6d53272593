package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** The tool as a process of its own, its modules on the module path as the launcher has them. */
class ProcessTest {

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void makeStore() {
    store = directory.resolve("störe-文書.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
    List<StoreRecord> records = new ArrayList<>();
    records.add(StoreRecord.meta(meta));
    for (int i = 0; i < 5_000; i++) {
      records.add(StoreRecord.entry(Payload.json(Payload.Kind.SINCE, "text " + i), "" + i));
    }
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.appendAll("ü/文書/😀", records);
    }
  }

  static ProcessBuilder command(List<String> options, Object... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=org.xerial.sqlitejdbc");
    command.addAll(options);
    // Surefire leaves there what only modules without a descriptor need.
    command.add("--class-path");
    command.add(System.getProperty("java.class.path"));
    command.add("--module-path");
    command.add(
        Path.of("target", "classes").toAbsolutePath()
            + File.pathSeparator
            + System.getProperty("jdk.module.path"));
    command.addAll(List.of("--module", "org.kyneta.cli/org.kyneta.cli.Kyneta"));
    for (Object word : words) {
      command.add(word.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  private Run run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), Files.readAllBytes(out), Files.readString(err, UTF_8));
  }

  @Test
  void commandsEndWithTheirExitCodes() throws Exception {
    assertThat(run(command(List.of(), "ls", store)).done().out()).isEqualTo("\"ü/文書/😀\"\n");
    assertThat(run(command(List.of(), "ls", directory)).failure()).contains("a directory");
    assertThat(run(command(List.of(), "ls")).misuse()).contains("STORE");
    assertThat(run(command(List.of(), "--version")).done().out()).startsWith("kyneta 0.");
  }

  @Test
  void idsThatAreNotAsciiAreTakenAsTheyAreOrRefused() throws Exception {
    assertThat(run(command(List.of(), "cat", store, "ü/文書/😀")).done().lines()).hasSize(5_001);
    Path ascii = directory.resolve("ascii.db");
    Files.move(store, ascii);
    ProcessBuilder builder = command(List.of(), "cat", ascii, "ü/文書/😀");
    builder.environment().put("LC_ALL", "C");
    assertThat(run(builder).misuse()).contains("DOC", "locale", "--json-id");
    builder =
        command(List.of(), "cat", ascii, "\"\\u00fc/\\u6587\\u66f8/\\ud83d\\ude00\"", "--json-id");
    builder.environment().put("LC_ALL", "C");
    assertThat(run(builder).done().lines()).hasSize(5_001);
  }

  @Test
  void aReaderThatHasReadEnoughEndsItQuietly() throws Exception {
    Path err = directory.resolve("err");
    ProcessBuilder builder = command(List.of(), "dump", store);
    Process process = builder.redirectError(err.toFile()).start();
    assertThat(process.getInputStream().readNBytes(10)).hasSize(10);
    process.getInputStream().close();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(Kyneta.FAILED);
    assertThat(err).isEmptyFile();
  }

  @Test
  void progressIsShownOnATerminalAloneAndWipedAway() throws Exception {
    // The bar appears once work has taken a moment: the command waits for its input.
    for (boolean terminal : new boolean[] {true, false}) {
      Path log = directory.resolve("log");
      Path err = directory.resolve("err");
      List<String> options = terminal ? List.of("-Dkyneta.terminals=2") : List.of();
      Path target = directory.resolve(terminal + ".db");
      ProcessBuilder builder =
          command(options, "record", target, "doc", "--updates", "-", "--batch", 1);
      Process process = builder.redirectOutput(log.toFile()).redirectError(err.toFile()).start();
      try (var in = process.getOutputStream()) {
        for (int i = 0; i < 50; i++) {
          in.write(new byte[] {0, 0, 0, 1, 7});
          in.flush();
          Thread.sleep(50);
        }
      }
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
      String shown = Files.readString(err, UTF_8);
      if (terminal) {
        assertThat(shown).contains("\rrecord").endsWith(" \r");
      } else {
        assertThat(shown).isEmpty();
      }
      assertThat(Files.readString(log, UTF_8)).contains("50 updates");
    }
  }
}
