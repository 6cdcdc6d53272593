package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreRecord;

/** Bringing what is left of a damaged file into a new one. */
class SalvageTest {

  @TempDir private Path directory;
  private Path store;
  private Path salvaged;

  @BeforeEach
  void makeStore() {
    store = directory.resolve("store.db");
    salvaged = directory.resolve("salvaged.db");
    try (SqliteStore opened = SqliteStore.open(store)) {
      for (String id : new String[] {"a", "b", "c"}) {
        opened.append(id, StoreRecord.meta(Appender.META));
        for (int i = 1; i <= 200; i++) {
          opened.append(id, Appender.entry(id, i));
        }
      }
    }
  }

  private void overwrite(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(store.toFile(), "rw")) {
      raw.seek(offset);
      raw.write(bytes);
    }
  }

  @Test
  void aSoundStoreIsSalvagedWhole() {
    Run run = run("salvage", store, "--into", salvaged).done();
    assertThat(run.out())
        .contains("3 documents whole, 0 cut, 0 with an unknown end, 0 lost; 603 records");
    assertThat(run("dump", salvaged).done().out()).isEqualTo(run("dump", store).done().out());
    assertThat(run("verify", salvaged).done().out()).contains("0 records, 0 rows of the");
  }

  @Test
  void aDocumentWithADamagedRecordKeepsWhatIsBeforeIt() throws SQLException, IOException {
    Rows.run(store, "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'b' AND seq = 50");
    Run run = run("salvage", store, "--into", salvaged);
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.lines().getFirst())
        .isEqualTo(
            "cut: document \"b\", 50 records kept: record 50 is missing or damaged; 150 records found behind"
                + " that and left out");
    assertThat(run("dump", salvaged, "b", "--first", 50).done().out())
        .isEqualTo(run("dump", store, "b", "--first", 50).done().out());
    assertThat(run("cat", salvaged, "b").done().lines()).hasSize(50);
    assertThat(run("verify", salvaged).code()).isEqualTo(Kyneta.DONE);
    assertThat(Files.readAllLines(directory.resolve("salvaged.db.salvage.jsonl")))
        .hasSize(2)
        .first()
        .asString()
        .contains("\"docId\":\"b\",\"state\":\"cut\",\"records\":50");
  }

  @Test
  void aFileWithoutItsFirstPageIsSalvaged() throws IOException {
    String before = run("dump", store).done().out();
    overwrite(0, new byte[4096]);
    assertThat(run("ls", store).failure()).contains("another kind of file");
    Run run = run("salvage", store, "--into", salvaged);
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.out()).contains("note: the header is damaged", "3 documents whole");
    assertThat(run("dump", salvaged).done().out()).isEqualTo(before);
  }

  @Test
  void aLostIndexOfMetadataIsMadeAnew() throws SQLException, IOException {
    String before = run("dump", store).done().out();
    long root =
        Long.parseLong(
            Rows.query(store, "SELECT rootpage FROM sqlite_master WHERE name = 'kyneta_meta'")
                .getFirst());
    overwrite((root - 1) * 4096, new byte[4096]);
    assertThat(run("salvage", store, "--into", salvaged).done().out())
        .contains("3 documents whole");
    assertThat(run("dump", salvaged).done().out()).isEqualTo(before);
  }

  @Test
  void recordsInALogThatNobodyHasBroughtIntoTheFileAreFound() throws Exception {
    Path copy = directory.resolve("copy.db");
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append("a", Appender.entry("a", 201));
      Files.copy(store, copy);
      Files.copy(directory.resolve("store.db-wal"), directory.resolve("copy.db-wal"));
    }
    run("salvage", copy, "--into", salvaged).done();
    assertThat(run("dump", salvaged).done().out()).isEqualTo(run("dump", store).done().out());
  }

  @Test
  void rowsWithoutAChecksumGetNone() throws SQLException {
    Rows.run(store, "UPDATE kyneta_records SET crc32c = NULL WHERE doc_id = 'b'");
    assertThat(run("salvage", store, "--into", salvaged).done().out())
        .contains("201 records without a checksum");
    assertThat(run("verify", salvaged).done().out())
        .contains("201 records, 1 row of the metadata index");
  }

  @Test
  void aFileThatIsInUseOrNoDatabaseOrATargetThatExistsIsRefused() throws Exception {
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append(Appender.SHARED, StoreRecord.meta(Appender.META));
    }
    ChildJvm child = ChildJvm.start(Appender.class, List.of(), store, "p", 5);
    while (!run("ls", store).out().contains("own/p")) {
      Thread.onSpinWait();
    }
    assertThat(run("salvage", store, "--into", salvaged).failure())
        .contains("nobody has the database open");
    child.output();
    Files.writeString(salvaged, "precious");
    assertThat(run("salvage", store, "--into", salvaged).failure()).contains("one that exists");
    assertThat(salvaged).hasContent("precious");
    assertThat(run("salvage", salvaged, "--into", directory.resolve("new.db")).failure())
        .contains("not-a-store");
    assertThat(directory.toFile().list())
        .noneMatch(name -> name.endsWith(".partial") || name.startsWith("new.db"));
  }
}
