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
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.StoreRecord;

class ExamplesTest {

  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  /** Where examples are compiled, and run by the tests beside them. */
  private static final List<String> SOURCES =
      List.of(
          "jooq/src/test/java/org/kyneta/jooq/Examples.java",
          "sqlite/src/test/java/org/kyneta/sqlite/Examples.java",
          "sqlite/src/test/java/org/kyneta/sqlite/PlainAdapter.java",
          "sqlite-ffm/src/test/java/org/kyneta/sqlite/ffm/Examples.java",
          "sqlite-encrypted/src/test/java/org/kyneta/sqlite/encrypted/EncryptedBinding.java",
          "sqlite-encrypted/src/test/java/org/kyneta/sqlite/encrypted/Examples.java",
          "postgres/src/test/java/org/kyneta/postgres/Examples.java");

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

  @Test
  void theExamplesOfBindingsRun() throws SQLException {
    Path file = directory.resolve("documents.db");
    StoreRecord meta = Databases.stream(1).getFirst();
    try (SqliteStore store = Examples.tuned(file)) {
      store.append("notes/2", meta);
    }
    Examples.hosted(file, meta, Databases.entry(1));
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(list(store, "")).containsExactly("notes/1", "notes/2");
    }
    assertThat(Examples.pureJava(meta)).isEqualTo(1);
  }

  /** What the documentation shows is what was compiled, to the letter. */
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/bindings.md", "docs/postgres.md"})
  void theDocumentationShowsTheExamples(String name) throws IOException {
    List<String> regions = new ArrayList<>();
    for (String source : SOURCES) {
      regions.addAll(regions(Files.readString(PROJECT.resolve(source))));
    }
    List<String> blocks = new ArrayList<>();
    Pattern block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    Matcher shown = block.matcher(Files.readString(PROJECT.resolve(name)));
    while (shown.find()) {
      blocks.add(shown.group(1));
    }
    assertThat(blocks).isNotEmpty().isSubsetOf(regions);
  }

  @Test
  void theReadmeBeginsWithWhatWorks() throws IOException {
    try (Stream<String> lines = Files.lines(PROJECT.resolve("README.md"))) {
      assertThat(lines.limit(25).collect(Collectors.joining("\n")))
          .contains("```java", "./kyneta demo", "./mvnw verify");
    }
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
