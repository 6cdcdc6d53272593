package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.ChecksumReport.Mode;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** Checksums for the rows of the JavaScript store, which has a table without the column. */
class AddChecksumsTest {

  private static final int ENTRIES = 1_500;
  private static final int RECORDS = 2 * (ENTRIES + 1);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void writeAsTheOriginal() throws SQLException {
    file = directory.resolve("store.db");
    Databases.run(file, Databases.FORMAT_1_DDL);
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("a", stream(ENTRIES));
      store.appendAll("b", stream(ENTRIES));
    }
    assertThat(verify()).isEqualTo(new VerificationReport(2, RECORDS, RECORDS, 2, 0, 0));
  }

  private VerificationReport verify() {
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      return store.verify(finding -> {}, Progress.NONE);
    }
  }

  private ChecksumReport add(Mode mode, Consumer<Finding> findings) {
    return SqliteRepair.addChecksums(file, SqliteOptions.DEFAULT, mode, findings, Progress.NONE);
  }

  @Test
  void everyRowIsGivenItsChecksum() {
    assertThat(add(Mode.WRITE, finding -> {}))
        .isEqualTo(new ChecksumReport(RECORDS, 2, RECORDS, 2, 0, 0, 0));
    assertThat(verify()).isEqualTo(new VerificationReport(2, RECORDS, 0, 0, 0, 0));
    assertThat(add(Mode.WRITE, finding -> {}))
        .isEqualTo(new ChecksumReport(RECORDS, 2, 0, 0, 0, 0, 0));
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "b")).isEqualTo(stream(ENTRIES));
      store.append("b", Databases.entry(1));
    }
    assertThat(verify()).isEqualTo(new VerificationReport(2, RECORDS + 1, 0, 0, 0, 0));
  }

  @Test
  void aStoreThatWasOpenBeforeGoesOnWithoutChecksums() {
    StoreMeta newer = StoreMeta.of(new ReplicaType("yjs", 1, 7), SyncMode.COLLABORATIVE, "00ab");
    try (SqliteStore before = SqliteStore.open(file)) {
      add(Mode.WRITE, finding -> {});
      before.append("a", StoreRecord.meta(newer));
      before.replace("b", List.of(StoreRecord.meta(newer)));
      before.appendAll("c", stream(1));
    }
    assertThat(verify()).isEqualTo(new VerificationReport(3, ENTRIES + 5, 4, 3, 0, 0));
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.currentMeta("a")).contains(newer);
      assertThat(store.currentMeta("b")).contains(newer);
    }
  }

  @Test
  void aDryRunChangesNothing() throws SQLException {
    List<String> before = Databases.query(file, "SELECT sql FROM sqlite_master");
    assertThat(add(Mode.DRY_RUN, finding -> {}))
        .isEqualTo(new ChecksumReport(RECORDS, 2, RECORDS, 2, 0, 0, 0));
    assertThat(Databases.query(file, "SELECT sql FROM sqlite_master")).isEqualTo(before);
  }

  /** After a thousand records, in the midst of the first document. */
  private List<Finding> findingsWhileSomebodyChanges(Mode mode, Consumer<SqliteStore> change) {
    List<Finding> findings = new ArrayList<>();
    try (SqliteStore other = SqliteStore.open(file)) {
      boolean[] changed = {false};
      List<Thread> writers = new ArrayList<>();
      SqliteRepair.addChecksums(
          file,
          SqliteOptions.DEFAULT,
          mode,
          findings::add,
          (done, total) -> {
            if (!changed[0]) {
              changed[0] = true;
              Thread writer = Thread.ofVirtual().start(() -> change.accept(other));
              writers.add(writer);
              if (mode == Mode.DRY_RUN) {
                join(writer);
              }
            }
          });
      writers.forEach(AddChecksumsTest::join);
      assertThat(changed[0]).isTrue();
    }
    return findings;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aDocumentThatIsReplacedOrDeletedMeanwhileIsNotTakenForDamaged(Mode mode) {
    StoreMeta newer = StoreMeta.of(new ReplicaType("yjs", 1, 7), SyncMode.COLLABORATIVE, "00ab");
    List<StoreRecord> longer = new ArrayList<>(stream(ENTRIES + 10));
    longer.set(0, StoreRecord.meta(newer));
    assertThat(findingsWhileSomebodyChanges(mode, store -> store.replace("a", longer))).isEmpty();
    assertThat(findingsWhileSomebodyChanges(mode, store -> store.delete("a"))).isEmpty();
    assertThat(verify().errors()).isZero();
  }

  @Test
  void whatIsDamagedIsNamedAndLeftWithout() throws SQLException {
    Databases.run(
        file,
        "UPDATE kyneta_records SET payload = '{' WHERE doc_id = 'a' AND seq = 7;"
            + " UPDATE kyneta_records SET kind = 'other' WHERE doc_id = 'a' AND seq = 8;"
            + " UPDATE kyneta_records SET payload = CAST(payload AS BLOB) WHERE doc_id = 'a' AND"
            + " seq = 9;"
            + " UPDATE kyneta_meta SET data = replace(data, '00ab', '00ac') WHERE doc_id = 'b'");
    List<Finding> findings = new ArrayList<>();
    assertThat(add(Mode.WRITE, findings::add))
        .isEqualTo(new ChecksumReport(RECORDS, 2, RECORDS - 3, 0, 3, 2, 4));
    assertThat(findings)
        .extracting(f -> f.docId() + " " + f.seq())
        .containsExactly("a 7", "a 8", "a 9", "b null");
    assertThat(Databases.query(file, "SELECT doc_id, seq FROM kyneta_records WHERE crc32c IS NULL"))
        .containsExactly("a|7", "a|8", "a|9");
  }

  /** The original skips a number for every record that it refuses, which is no loss. */
  @Test
  void aRowBehindAGapIsLeftWithoutSoThatTheStreamCanStillBeRead() throws SQLException {
    Databases.run(file, "DELETE FROM kyneta_records WHERE doc_id = 'a' AND seq = 7");
    List<Finding> findings = new ArrayList<>();
    ChecksumReport report = add(Mode.WRITE, findings::add);
    assertThat(report.isSound()).isTrue();
    assertThat(report.recordsWithout()).isEqualTo(1);
    assertThat(findings).hasSize(1).allMatch(f -> f.toString().startsWith("note: document \"a\""));
    assertThat(verify().errors()).isZero();
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(load(store, "a")).hasSize(ENTRIES);
    }
  }

  @Test
  void aChecksumThatDoesNotMatchStaysAsItIs() throws SQLException {
    add(Mode.WRITE, finding -> {});
    Databases.run(file, "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'a' AND seq = 7");
    List<Finding> findings = new ArrayList<>();
    assertThat(add(Mode.WRITE, findings::add).errors()).isEqualTo(1);
    assertThat(findings).allMatch(f -> f.problem().startsWith("checksum"));
    assertThat(verify().errors()).isEqualTo(1);
  }

  @Test
  void whatWasEndedEarlyGoesOnWhereItWas() throws SQLException {
    Databases.run(
        file, "UPDATE kyneta_records SET payload = '{' WHERE doc_id = 'b' AND seq = 1000");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            add(
                Mode.WRITE,
                finding -> {
                  throw new IllegalStateException("ended");
                }));
    String given = "SELECT count(*) FROM kyneta_records WHERE crc32c IS NOT NULL";
    assertThat(Databases.query(file, given)).containsExactly("1501");
    assertThat(add(Mode.WRITE, finding -> {}).recordsGiven()).isEqualTo(RECORDS - 1_501 - 1);
    assertThat(Databases.query(file, given)).containsExactly(Integer.toString(RECORDS - 1));
  }
}
