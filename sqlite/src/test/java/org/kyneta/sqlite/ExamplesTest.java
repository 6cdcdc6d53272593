package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.sqlite.Databases.list;
import static org.kyneta.sqlite.Databases.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

  @TempDir private Path directory;

  @Test
  void theExamplesRun() throws SQLException {
    Path file = directory.resolve("documents.db");
    Examples.recordAndLoad(file, new byte[] {1, 2, 3});
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "notes/1")).hasSize(2);
      assertThat(Examples.compact(store, new byte[] {1}, "2")).isTrue();
      assertThat(load(store, "notes/1")).hasSize(2);
    }
    Connection connection = Databases.connect(file);
    Examples.overAConnection(connection);
    assertThat(connection.isClosed()).isTrue();
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(list(store, "")).isEmpty();
    }
  }

  /** What the README shows is what was compiled, to the letter. */
  @Test
  void theReadmeShowsTheExamples() throws IOException {
    Path project = Path.of("").toAbsolutePath();
    Path examples = project.resolve("src/test/java/org/kyneta/sqlite/Examples.java");
    String readme = Files.readString(project.resolveSibling("README.md"));
    List<String> regions = regions(Files.readString(examples));
    List<String> blocks = new ArrayList<>();
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    while (block.find()) {
      blocks.add(block.group(1));
    }
    assertThat(blocks).isNotEmpty().isSubsetOf(regions);
    assertThat(readme.lines().limit(25).collect(Collectors.joining("\n")))
        .contains("```java", "./kyneta demo", "./mvnw verify");
  }

  private static List<String> regions(String source) {
    List<String> regions = new ArrayList<>();
    Pattern marked = Pattern.compile("// @start region=\"\\w+\"\n(.*?) *// @end", Pattern.DOTALL);
    Matcher region = marked.matcher(source);
    while (region.find()) {
      regions.add(region.group(1).stripTrailing().stripIndent() + "\n");
    }
    return regions;
  }
}
