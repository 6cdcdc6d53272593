package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;
import static org.kyneta.cli.Tool.runWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Databases that the JavaScript implementation wrote, against what it reads from them itself. */
class GoldenTest {

  @TempDir private Path directory;

  /** A database, its tables where they have names of their own, and its format. */
  enum Golden {
    FORMAT_1("format1", 1, "kyneta_meta", "kyneta_records"),
    CUSTOM_TABLES("format1-custom-tables", 1, "app_meta", "app_records"),
    FORMAT_2("format2", 2, "kyneta_doc_meta", "kyneta_records");

    private final String name;
    private final int format;
    private final String meta;
    private final String records;

    Golden(String name, int format, String meta, String records) {
      this.name = name;
      this.format = format;
      this.meta = meta;
      this.records = records;
    }

    private String tables() {
      return "meta=" + meta + ",records=" + records;
    }

    private Path database(Path directory) throws IOException {
      return Shared.copy("golden/" + name + ".db", directory);
    }

    private List<String> expected() throws IOException {
      return Files.readAllLines(Shared.file("golden/" + name + ".expected.jsonl"), UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aDumpIsWhatJavaScriptReads(Golden golden) throws IOException {
    Path database = golden.database(directory);
    List<String> lines = run("dump", database, "--tables", golden.tables()).done().lines();
    assertThat(lines).hasSizeGreaterThan(20).isEqualTo(golden.expected());
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aCopyHasTheSameRows(Golden golden) throws IOException, SQLException {
    Path database = golden.database(directory);
    Path copy = directory.resolve("copy.db");
    run("copy", database, copy, "--tables", golden.tables(), "--dst-tables", golden.tables())
        .done();
    for (String table : List.of(golden.meta, golden.records)) {
      List<String> columns = Rows.columns(database, table);
      assertThat(columns).hasSizeGreaterThan(1);
      assertThat(Rows.of(copy, table, columns))
          .hasSizeGreaterThan(20)
          .isEqualTo(Rows.of(database, table, columns));
    }
    assertThat(
            Rows.query(
                copy, "SELECT count(*) FROM %s WHERE crc32c IS NULL".formatted(golden.records)))
        .containsExactly("0");
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aCopyInTheOtherFormatAndBackIsTheSame(Golden golden) throws IOException {
    Path database = golden.database(directory);
    Path other = directory.resolve("other.db");
    Path back = directory.resolve("back.db");
    int otherFormat = 3 - golden.format;
    run("copy", database, other, "--tables", golden.tables(), "--format", otherFormat).done();
    run("copy", other, back, "--format", golden.format).done();
    assertThat(run("dump", back).done().lines()).isEqualTo(golden.expected());
    assertThat(run("dump", other).done().out())
        .contains(otherFormat == 1 ? "syncProtocol" : "syncMode")
        .doesNotContain(otherFormat == 1 ? "syncMode" : "syncProtocol");
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aDumpThatIsLoadedIsTheSame(Golden golden) throws IOException, SQLException {
    Path database = golden.database(directory);
    byte[] dump = run("dump", database, "--tables", golden.tables()).done().bytes();
    Path loaded = directory.resolve("loaded.db");
    runWith(dump, "load", loaded, "--format", golden.format).done();
    assertThat(run("dump", loaded).done().bytes()).isEqualTo(dump);
    List<String> columns = List.of("doc_id", "seq", "kind", "payload", "blob");
    assertThat(Rows.of(loaded, "kyneta_records", columns))
        .isEqualTo(Rows.of(database, golden.records, columns));
  }
}
