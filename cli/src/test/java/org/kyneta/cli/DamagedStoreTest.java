package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.cli.Tool.Run;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** What rewrites streams drops nothing that is damaged, whatever the damage. */
class DamagedStoreTest {

  private static final String BLOB =
      "UPDATE kyneta_records SET payload = replace(payload, '2', '7') WHERE doc_id = 'b' AND seq = 2";
  private static final String GAP = "DELETE FROM kyneta_records WHERE doc_id = 'b' AND seq = 2";
  private static final String UNREADABLE =
      "UPDATE kyneta_records SET payload = '{', crc32c = NULL WHERE doc_id = 'b' AND seq = 2";
  private static final String INDEX =
      "UPDATE kyneta_meta SET data = replace(data, '00ab', '00ac') WHERE doc_id = 'b'";
  private static final String NO_INDEX = "DELETE FROM kyneta_meta WHERE doc_id = 'b'";

  private static final List<String> COLUMNS =
      List.of("doc_id", "seq", "kind", "payload", "blob", "crc32c");

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void makeStore() {
    store = directory.resolve("store.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "00ab");
    try (SqliteStore opened = SqliteStore.open(store)) {
      for (String id : new String[] {"a", "b", "c"}) {
        opened.append(id, StoreRecord.meta(meta));
        for (int i = 1; i <= 5; i++) {
          opened.append(
              id,
              StoreRecord.entry(
                  Payload.json(Payload.Kind.ENTIRETY, "{\"n\":" + i + "}"), String.valueOf(i)));
        }
      }
    }
  }

  private List<String> rows(Path file, String docId) throws SQLException {
    return Rows.of(file, "kyneta_records", COLUMNS).stream()
        .filter(row -> row.startsWith("text|" + (docId.equals("b") ? "62" : "61") + "|"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {BLOB, GAP, UNREADABLE, INDEX, NO_INDEX})
  void compactionNamesADamagedDocumentAndLeavesItAsItIs(String damage) throws SQLException {
    Rows.run(store, damage);
    List<String> damaged = rows(store, "b");
    List<String> sound = rows(store, "a");
    Run run = run("compact", store);
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.lines()).anyMatch(line -> line.startsWith("left as it is: document \"b\""));
    assertThat(rows(store, "b")).isEqualTo(damaged);
    assertThat(rows(store, "a")).hasSizeLessThan(sound.size());
    assertThat(run("verify", store).code()).isEqualTo(Kyneta.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {BLOB, GAP, UNREADABLE, INDEX})
  void aCopyStopsAtADamagedDocumentAndStoresNothingOfIt(String damage) throws SQLException {
    Rows.run(store, damage);
    Path copy = directory.resolve("copy.db");
    assertThat(run("copy", store, copy).failure()).contains("\"b\"", "1 document before that");
    assertThat(run("ls", copy).done().lines()).containsExactly("\"a\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {NO_INDEX, "DELETE FROM kyneta_records WHERE doc_id = 'b'"})
  void aCopyDoesNotLeaveOutADocumentOfWhichAPartIsMissing(String damage) throws SQLException {
    Rows.run(store, damage);
    assertThat(run("copy", store, directory.resolve("copy.db")).failure()).contains("\"b\"");
    assertThat(run("dump", store).failure()).contains("\"b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {NO_INDEX, "DELETE FROM kyneta_records WHERE doc_id = 'b'"})
  void aCompactionDoesNotPassOverADocumentOfWhichAPartIsMissing(String damage) throws SQLException {
    Rows.run(store, damage);
    List<String> before = rows(store, "b");
    run("compact", store);
    assertThat(rows(store, "b")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {BLOB, GAP, UNREADABLE, INDEX, NO_INDEX})
  void aBackupIsNotMadeOfWhatIsDamagedUnlessAskedFor(String damage) throws SQLException {
    Rows.run(store, damage);
    Path copy = directory.resolve("copy.db");
    assertThat(run("backup", store, copy).failure()).contains("sound copy", "\"b\"");
    assertThat(copy).doesNotExist();
    Run run = run("backup", store, copy, "--even-damaged");
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.out()).contains("NOT SOUND");
    assertThat(rows(copy, "b")).isEqualTo(rows(store, "b"));
  }

  @Test
  void aConversionStopsAtDamagedMetadataAndChangesNothing() throws SQLException {
    Rows.run(
        store,
        "UPDATE kyneta_records SET payload = replace(payload, '00ab', '00ac') WHERE doc_id = 'b'");
    List<String> before = rows(store, "b");
    assertThat(run("convert", store, "--format", 2).failure()).contains("\"b\"", "seq 0");
    assertThat(rows(store, "b")).isEqualTo(before);
    assertThat(run("ls", store).done().lines()).hasSize(3);
  }

  @Test
  void aDumpOfTheFirstRecordsIsTheDocumentAsItWas() throws SQLException {
    Path before = directory.resolve("before.db");
    Rows.run(store, BLOB);
    assertThat(run("dump", store, "b").failure()).contains("seq 2");
    Run dump = run("dump", store, "b", "--first", 2).done();
    assertThat(dump.lines()).hasSize(1);
    Tool.runWith(dump.bytes(), "load", before).done();
    assertThat(run("cat", before, "b").done().lines()).hasSize(2);
    assertThat(run("dump", store, "--first", 2).done().lines()).hasSize(3);
    assertThat(run("dump", store, "a", "--first", 99).done().out()).contains("\"version\":\"5\"");
    assertThat(run("dump", store, "b", "--first", 3).failure()).contains("seq 2");
    assertThat(run("dump", store, "x", "--first", 3).failure()).contains("no document \"x\"");
    assertThat(run("dump", store, "x").failure()).contains("no document \"x\"");
    assertThat(run("dump", store, "--first", 0).misuse()).contains("at least 1 record, found 0");
  }

  @Test
  void metadataOfADumpOfTheFirstRecordsIsThatOfTheMoment() {
    StoreMeta later = StoreMeta.of(new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "new");
    try (SqliteStore opened = SqliteStore.open(store)) {
      opened.append("a", StoreRecord.meta(later));
    }
    assertThat(run("dump", store, "a", "--first", 6).done().out()).doesNotContain("\"new\"");
    assertThat(run("dump", store, "a", "--first", 7).done().out()).contains("\"new\"");
  }

  @Test
  void checksumsAreGivenToWhatIsSoundAndTheRestIsNamed() throws SQLException {
    Rows.run(
        store,
        "UPDATE kyneta_records SET crc32c = NULL",
        "UPDATE kyneta_meta SET crc32c = NULL",
        UNREADABLE);
    Run dry = run("checksum", store, "--dry-run");
    assertThat(dry.code()).isEqualTo(Kyneta.FAILED);
    assertThat(dry.out())
        .contains("\"b\"", "seq 2", "would be given checksums: 17 records, 2 rows");
    assertThat(run("verify", store).out()).contains("18 records, 3 rows of the metadata index");

    Run run = run("checksum", store, "--json");
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.lines()).hasSize(2);
    assertThat(run.lines().getLast())
        .isEqualTo(
            "{\"dryRun\":false,\"records\":18,\"documents\":3,\"recordsGiven\":17,"
                + "\"documentsGiven\":2,\"recordsWithout\":1,\"documentsWithout\":1,\"errors\":1}");
    assertThat(run("verify", store).out()).contains("1 record, 1 row of the metadata index");
  }
}
