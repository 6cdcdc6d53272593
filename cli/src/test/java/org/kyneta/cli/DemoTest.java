package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command that a new user gives, and those that it names. */
class DemoTest {

  @TempDir private Path directory;

  @Test
  void whatItSaysIsTrueAndWhatItNamesWorks() {
    Path store = directory.resolve("my demo.db");
    List<String> lines = run("demo", store).done().lines();
    assertThat(run("stat", store, "--json").done().number("documents")).isEqualTo(100);
    long records = run("stat", store, "--json").number("records");
    assertThat(lines).anyMatch(line -> line.startsWith("verified   " + Shown.number(records)));
    assertThat(lines).allMatch(line -> line.length() <= 100 || line.contains(directory.toString()));

    List<String> commands =
        lines.stream().filter(line -> line.startsWith("  kyneta ")).map(String::strip).toList();
    assertThat(commands).hasSizeGreaterThan(4);
    for (String command : commands) {
      assertThat(command).contains(command.contains("--help") ? "" : "'" + store + "'");
      run((Object[]) words(command)).done();
    }
  }

  /** Splits a command as a shell does, as far as the demo quotes. */
  private static String[] words(String command) {
    String[] parts = command.substring("kyneta ".length()).split("'", -1);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      out.append(i % 2 == 0 ? parts[i].replace(' ', '\0') : parts[i]);
    }
    return out.toString().split("\0+");
  }
}
