package org.kyneta.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Limits;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Copying, converting and backing up. */
class CopyTest {

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");

  @TempDir private Path directory;
  private Path source;
  private Path target;

  @BeforeEach
  void makeStores() {
    source = directory.resolve("source.db");
    target = directory.resolve("target.db");
    fill(source, "b", "d");
  }

  private static void fill(Path file, String... ids) {
    try (SqliteStore store = SqliteStore.open(file)) {
      for (String id : ids) {
        List<StoreRecord> records = new ArrayList<>();
        records.add(StoreRecord.meta(META));
        for (int i = 0; i < 5; i++) {
          byte[] data = (file.getFileName() + id + i).getBytes(UTF_8);
          records.add(
              StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, data), Integer.toString(i)));
        }
        store.appendAll(id, records);
      }
    }
  }

  @Test
  void bothSidesHaveOneDigestWhateverTheirFormat() {
    Run one = run("copy", source, target, "--json").done();
    Run two = run("copy", source, directory.resolve("two.db"), "--format", 2, "--json").done();
    assertThat(one.number("format")).isEqualTo(1);
    assertThat(two.number("format")).isEqualTo(2);
    assertThat(one.text("sha256")).matches("[0-9a-f]{64}").isEqualTo(two.text("sha256"));
    assertThat(run("copy", directory.resolve("two.db"), directory.resolve("x.db")).done().out())
        .contains("2 documents with 12 records", "format 2", "equal", "SHA-256");
  }

  @Test
  void theDigestIsOfEverythingThatWasCopied() throws SQLException {
    String before = run("copy", source, target, "--json").done().json().toString();
    List<String> changes =
        List.of(
            "UPDATE kyneta_records SET blob = x'01', crc32c = NULL WHERE doc_id='b' AND seq=1",
            "UPDATE kyneta_records SET payload = replace(payload, '\"1\"', '\"9\"'), crc32c = NULL"
                + " WHERE doc_id='b' AND seq=2",
            "UPDATE kyneta_records SET payload = replace(payload, 'since', 'entirety'),"
                + " crc32c = NULL WHERE doc_id='b' AND seq=3",
            "UPDATE kyneta_records SET payload = replace(payload, 'binary', 'json'), crc32c = NULL"
                + " WHERE doc_id='b' AND seq=3");
    for (int i = 0; i < changes.size(); i++) {
      Rows.run(source, changes.get(i));
      String after =
          run("copy", source, directory.resolve(i + ".db"), "--json").done().json().toString();
      assertThat(after).isNotEqualTo(before);
      before = after;
    }
  }

  @Test
  void documentsThatAreInBothStopItBeforeAnythingIsCopied() {
    fill(target, "a", "d", "e");
    assertThat(run("copy", source, target).failure())
        .contains("document \"d\" exists already", "--replace", "nothing was copied");
    assertThat(run("ls", target).done().lines()).containsExactly("\"a\"", "\"d\"", "\"e\"");
    run("copy", source, target, "--replace").done();
    assertThat(run("ls", target).done().lines())
        .containsExactly("\"a\"", "\"b\"", "\"d\"", "\"e\"");
    String json = run("cat", source, "d", "--json").done().out();
    assertThat(run("cat", target, "d", "--json").done().out()).isEqualTo(json);
    assertThat(run("verify", target).code()).isEqualTo(Kyneta.DONE);
  }

  @Test
  void documentsBesideThoseThatAreCopiedStay() {
    fill(target, "a", "c", "e");
    String before = run("cat", target, "c", "--json").done().out();
    run("copy", source, target).done();
    assertThat(run("ls", target).done().lines()).hasSize(5);
    assertThat(run("cat", target, "c", "--json").done().out()).isEqualTo(before);
  }

  @Test
  void anExistingStoreKeepsItsFormat() {
    run("copy", source, target, "--format", 2).done();
    Path more = directory.resolve("more.db");
    fill(more, "x");
    assertThat(run("copy", more, target, "--json").done().number("format")).isEqualTo(2);
    assertThat(run("copy", more, target, "--replace", "--format", 1).failure())
        .contains("other-format", "kyneta convert");
  }

  @Test
  void storesWithOtherTableNamesMayShareAFile() {
    run("copy", source, source, "--dst-tables", "meta=m2,records=r2").done();
    assertThat(run("ls", source, "--tables", "meta=m2,records=r2").done().lines()).hasSize(2);
    assertThat(run("verify", source).code()).isEqualTo(Kyneta.DONE);
  }

  @Test
  void aConversionKeepsEverything() {
    String before = run("dump", source).done().out();
    Run run = run("convert", source, "--format", 2, "--json").done();
    assertThat(run.number("from")).isEqualTo(1);
    assertThat(run.number("to")).isEqualTo(2);
    assertThat(run.number("documents")).isEqualTo(2);
    assertThat(run("dump", source).done().out())
        .isEqualTo(before.replace("syncProtocol", "syncMode"));
    assertThat(run("convert", source, "--format", 2).done().out()).contains("stays format 2");
    assertThat(run("convert", source, "--format", 1).done().out())
        .contains("format 2 → format 1", "2 documents");
    assertThat(run("dump", source).done().out()).isEqualTo(before);
    assertThat(run("verify", source).code()).isEqualTo(Kyneta.DONE);
  }

  @Test
  void aStoreWithTheFirstTableNamesIsConverted() throws SQLException {
    String before = run("dump", source).done().out();
    Rows.run(
        source,
        "ALTER TABLE kyneta_meta RENAME TO meta",
        "ALTER TABLE kyneta_records RENAME TO records");
    assertThat(run("ls", source).failure()).contains("not-a-store");
    run("convert", source, "--format", 1).done();
    assertThat(run("dump", source).done().out()).isEqualTo(before);
  }

  @Test
  void aBackupIsTheSameStore() {
    Run run = run("backup", source, target, "--json").done();
    assertThat(run.number("documents")).isEqualTo(2);
    assertThat(run.number("records")).isEqualTo(12);
    assertThat(run("dump", target).done().out()).isEqualTo(run("dump", source).done().out());
  }

  @Test
  void idsAndRecordsOfAnySizeAreCopied() {
    String longId = "i".repeat(5_000);
    try (SqliteStore store =
        SqliteStore.open(
            source, SqliteOptions.DEFAULT.withLimits(new Limits(10_000, 100, 1 << 20)))) {
      store.append(longId, StoreRecord.meta(META));
    }
    run("copy", source, target).done();
    assertThat(run("dump", target).done().out()).isEqualTo(run("dump", source).done().out());
    Tool.runWith(run("dump", source).bytes(), "load", directory.resolve("loaded.db")).done();
  }
}
