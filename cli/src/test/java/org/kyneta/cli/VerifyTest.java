package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
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

/** Verifying, and what the other commands say about a store that is damaged. */
class VerifyTest {

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void makeStore() {
    store = directory.resolve("store.db");
    StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
    StoreRecord entry = StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, new byte[9]), "1");
    try (SqliteStore opened = SqliteStore.open(store)) {
      for (String id : new String[] {"a", "b", "c"}) {
        opened.appendAll(id, List.of(StoreRecord.meta(meta), entry, entry));
      }
    }
  }

  @Test
  void aSoundStoreIsSound() {
    assertThat(run("verify", store).done().out())
        .contains("sound: 3 documents, 9 records", "0 errors, 0 notes", "0 records, 0 rows");
    assertThat(run("verify", store, "--json").done().out())
        .isEqualTo(
            "{\"sound\":true,\"documents\":3,\"records\":9,\"unverifiedRecords\":0,"
                + "\"unverifiedMetadata\":0,\"errors\":0,\"notes\":0}\n");
  }

  @Test
  void whatIsDamagedIsNamed() throws SQLException {
    Rows.run(store, "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'b' AND seq = 1");
    Run run = run("verify", store);
    assertThat(run.code()).isEqualTo(Kyneta.FAILED);
    assertThat(run.err()).isEmpty();
    assertThat(run.lines().getFirst())
        .contains("error: document \"b\"", "kyneta_records", "seq 1", "checksum");
    assertThat(run.out()).contains("NOT SOUND", "1 error, 0 notes");

    List<String> lines = run("verify", store, "--json").lines();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).contains("\"severity\":\"error\"", "\"docId\":\"b\"", "\"seq\":1");
    assertThat(lines.getLast()).contains("\"sound\":false", "\"errors\":1");
  }

  @Test
  void rowsWithoutAChecksumAreCountedAndNotesAreNoErrors() throws SQLException {
    Rows.run(
        store,
        "UPDATE kyneta_records SET crc32c = NULL WHERE doc_id = 'b'",
        "UPDATE kyneta_records SET seq = 7 WHERE doc_id = 'b' AND seq = 2",
        "UPDATE kyneta_meta SET crc32c = NULL WHERE doc_id = 'b'");
    Run run = run("verify", store).done();
    assertThat(run.lines().getFirst()).startsWith("note: document \"b\"").contains("seq 7");
    assertThat(run.out()).contains("0 errors, 1 note\n", "3 records, 1 row of the metadata index");
  }

  @Test
  void damageStopsADumpAndACopyAndSaysWhere() throws SQLException {
    Rows.run(store, "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'b' AND seq = 1");
    Run dump = run("dump", store);
    assertThat(dump.failure()).contains("\"b\"", "seq 1", "checksum");
    assertThat(dump.lines()).hasSize(2);
    Path copy = directory.resolve("copy.db");
    assertThat(run("copy", store, copy).failure())
        .contains("\"b\"", "seq 1", "checksum", "1 document before that copied");
    assertThat(run("ls", copy).done().lines()).containsExactly("\"a\"");
  }

  @Test
  void anIndexThatDisagreesWithItsStreamStopsACopyAndIsSaidByADump() throws SQLException {
    Rows.run(
        store,
        "UPDATE kyneta_meta SET crc32c = NULL,"
            + " data = replace(data, '\"schemaHash\":\"\"', '\"schemaHash\":\"x\"')"
            + " WHERE doc_id = 'b'");
    Run dump = run("dump", store);
    assertThat(dump.failure()).contains("1 document", "\"b\"", "verify");
    assertThat(dump.lines()).hasSize(3);
    Path copy = directory.resolve("copy.db");
    assertThat(run("copy", store, copy).failure()).contains("\"b\"", "1 document before that");
    assertThat(run("ls", copy).done().lines()).containsExactly("\"a\"");
    assertThat(run("verify", store).code()).isEqualTo(Kyneta.FAILED);
  }
}
