package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.entry;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.stream;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord;

/** Damage of every kind is found, named and placed, by verification and by whoever reads it. */
class VerifierTest {

  private static final int IOERR_READ = 266;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void writeAStore() {
    file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("a", stream(3));
      store.appendAll("b", stream(3));
      store.append("b", StoreRecord.entry(Payload.json(Kind.SINCE, "{\"é\":1}"), "j"));
    }
  }

  private List<Finding> verify() {
    List<Finding> findings = new ArrayList<>();
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      VerificationReport report = store.verify(findings::add, Progress.NONE);
      assertThat(report.errors() + report.notes()).isEqualTo(findings.size());
      assertThat(report.isSound())
          .isEqualTo(findings.stream().allMatch(f -> f.severity() == Finding.Severity.NOTE));
    }
    return findings;
  }

  @Test
  void aSoundStoreHasNoFindings() {
    assertThat(verify()).isEmpty();
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      assertThat(store.verify(finding -> {}, Progress.NONE))
          .isEqualTo(new VerificationReport(2, 9, 0, 0, 0, 0));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'b' AND seq = 2"
            + "|error|kyneta_records|b|2|checksum",
        "UPDATE kyneta_records SET payload = replace(payload, 'since', 'sincf') WHERE seq = 2"
            + " AND doc_id = 'b'|error|kyneta_records|b|2|since",
        "UPDATE kyneta_records SET kind = 'meta' WHERE doc_id = 'b' AND seq = 2"
            + "|error|kyneta_records|b|2|checksum",
        "UPDATE kyneta_records SET seq = 9 WHERE doc_id = 'b' AND seq = 3"
            + "|error|kyneta_records|b|9|checksum",
        "UPDATE kyneta_records SET doc_id = 'c' WHERE doc_id = 'b' AND seq = 3"
            + "|error|kyneta_records|c|3|checksum",
        "DELETE FROM kyneta_records WHERE doc_id = 'b' AND seq = 2"
            + "|error|kyneta_records|b|3|expected seq 2 before it",
        "DELETE FROM kyneta_records WHERE doc_id = 'b' AND seq = 0"
            + "|error|kyneta_records|b|1|expected seq 0 before it",
        "DELETE FROM kyneta_meta WHERE doc_id = 'b'"
            + "|error|kyneta_records|b||expected metadata beside the records",
        "DELETE FROM kyneta_records WHERE doc_id = 'b'"
            + "|error|kyneta_meta|b||expected records beside the metadata",
        "UPDATE kyneta_meta SET data = replace(data, '00ab', '00ac') WHERE doc_id = 'b'"
            + "|error|kyneta_meta|b||checksum",
        "UPDATE kyneta_meta SET data = replace(data, '00ab', '00ac'), crc32c = NULL WHERE"
            + " doc_id = 'b'|error|kyneta_meta|b||last record of metadata",
        "UPDATE kyneta_meta SET data = '{}', crc32c = NULL WHERE doc_id = 'b'"
            + "|error|kyneta_meta|b||replicaType",
        "UPDATE kyneta_records SET payload = CAST(payload AS BLOB) WHERE doc_id = 'b' AND seq = 1"
            + "|error|kyneta_records|b|1|types",
        "UPDATE kyneta_records SET payload = NULL WHERE doc_id = 'b' AND seq = 1"
            + "|error|kyneta_records|b|1|NULL",
        "UPDATE kyneta_records SET payload = '{}', blob = NULL, crc32c = NULL WHERE doc_id = 'b'"
            + " AND seq = 1|error|kyneta_records|b|1|expected a string",
        "UPDATE kyneta_records SET payload = CAST(x'7B22FF227D' AS TEXT), crc32c = NULL WHERE"
            + " doc_id = 'b' AND seq = 1|error|kyneta_records|b|1|UTF-8",
        "UPDATE kyneta_records SET seq = -1, crc32c = NULL WHERE doc_id = 'b' AND seq = 3"
            + "|error|kyneta_records|b|-1|at least 0",
        "UPDATE kyneta_records SET seq = 9, crc32c = NULL WHERE doc_id = 'b' AND seq = 4"
            + "|note|kyneta_records|b|9|expected seq 4 before it",
        "UPDATE kyneta_records SET payload = replace(payload, '\"version\"', '\"more\":1,\"version\"')"
            + ", crc32c = NULL WHERE doc_id = 'b' AND seq = 1"
            + "|note|kyneta_records|b|1|does not carry: [more]",
      })
  void damageIsFound(
      String sql, String severity, String table, String docId, Long seq, String problem)
      throws SQLException {
    Databases.run(file, sql);
    assertThat(verify())
        .anySatisfy(finding -> {
          assertThat(finding.toString()).startsWith(severity).contains(problem);
          assertThat(finding.table()).isEqualTo(table);
          assertThat(finding.docId()).isEqualTo(docId);
          assertThat(finding.seq()).isEqualTo(seq);
        })
        .allMatch(finding -> !"a".equals(finding.docId()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE kyneta_records SET blob = x'00' WHERE doc_id = 'b' AND seq = 2|2|checksum",
        "DELETE FROM kyneta_records WHERE doc_id = 'b' AND seq = 2|3|expected seq 2 before it",
        "UPDATE kyneta_records SET payload = '[]', crc32c = NULL WHERE doc_id = 'b' AND seq = 1"
            + "|1|JSON object",
      })
  void aDamagedRecordIsNeverHandedOutNorSkipped(String sql, long seq, String problem)
      throws SQLException {
    Databases.run(file, sql);
    try (SqliteStore store = SqliteStore.open(file);
        var cursor = store.loadAll("b")) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatExceptionOfType(CorruptDataException.class)
            .isThrownBy(() -> cursor.forEachRemaining(record -> {}))
            .withMessageContainingAll("\"b\"", "kyneta_records", "seq " + seq, problem)
            .satisfies(e -> assertThat(e.seq()).hasValue(seq));
      }
      assertThat(load(store, "a")).isEqualTo(stream(3));
    }
  }

  @Test
  void damagedMetadataIsNeverHandedOutNorBuiltOn() throws SQLException {
    Databases.run(file, "UPDATE kyneta_meta SET data = replace(data, '00ab', '00ac')");
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(() -> store.currentMeta("a"))
          .withMessageContainingAll("\"a\"", "kyneta_meta", "checksum");
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(() -> store.append("a", StoreRecord.meta(Databases.META)));
    }
  }

  @Test
  void recordsWithoutMetadataAreNotBuiltOnAndCanBeRemoved() throws SQLException {
    Databases.run(file, "DELETE FROM kyneta_meta WHERE doc_id = 'b'");
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(() -> store.append("b", StoreRecord.meta(Databases.META)))
          .withMessageContaining("expected no records without metadata");
      assertThatExceptionOfType(CorruptDataException.class)
          .isThrownBy(() -> store.append("b", entry(1)));
      store.replace("b", stream(1));
      assertThat(load(store, "b")).isEqualTo(stream(1));
    }
    assertThat(verify()).isEmpty();
  }

  @Test
  void rowsOfTheOriginalAreCountedAsUnverified() throws SQLException {
    Databases.run(file, "UPDATE kyneta_records SET crc32c = NULL WHERE doc_id = 'b'");
    Databases.run(file, "UPDATE kyneta_meta SET crc32c = NULL WHERE doc_id = 'b'");
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      assertThat(store.verify(finding -> {}, Progress.NONE))
          .isEqualTo(new VerificationReport(2, 9, 5, 1, 0, 0));
      assertThat(store.statistics(1, Progress.NONE))
          .satisfies(s -> {
            assertThat(s.unverifiedRecords()).isEqualTo(5);
            assertThat(s.unverifiedMetadata()).isEqualTo(1);
            assertThat(s.largest()).extracting("docId").containsExactly("b");
          });
    }
  }

  @Test
  void aDamagedPageIsReportedAndTheRestIsLookedAt() throws IOException {
    try (SqliteStore store = SqliteStore.open(file)) {
      store.appendAll("c", stream(2_000));
    }
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(4096L * 10);
      raw.write(new byte[4096]);
    }
    assertThat(verify())
        .anyMatch(finding -> finding.table().equals("database"))
        .allMatch(finding -> finding.severity() == Finding.Severity.ERROR);
  }

  /** After an error of the disk's SQLite has ended the transaction, and refuses to do so again. */
  @Test
  void whereReadingFailsThatIsReportedAndNotTheEndOfTheTransaction() {
    try (SqliteAdapter real = DatabaseFile.toWrite(file, SqliteOptions.DEFAULT).openWriter();
        FailingAdapter adapter = new FailingAdapter(real);
        SqliteStore store = SqliteStore.over(adapter)) {
      adapter.failBefore(
          IOERR_READ,
          sql -> {
            boolean fails = sql.startsWith("SELECT count(*) FROM main");
            if (fails) {
              real.exec("ROLLBACK", SqliteAdapter.Binding.NONE);
            }
            return fails;
          });
      List<Finding> findings = new ArrayList<>();
      assertThat(store.verify(findings::add, Progress.NONE).isSound()).isFalse();
      assertThat(findings).anyMatch(f -> f.problem().equals("reading stopped here: injected"));
    }
  }

  @Test
  void whatEndsAVerificationIsNotHiddenByWhatFailsAfterwards() {
    try (SqliteAdapter real = DatabaseFile.toWrite(file, SqliteOptions.DEFAULT).openWriter();
        FailingAdapter adapter = new FailingAdapter(real);
        SqliteStore store = SqliteStore.over(adapter)) {
      real.exec("UPDATE kyneta_records SET kind = 'x' WHERE seq = 1", SqliteAdapter.Binding.NONE);
      adapter.failAfter(IOERR_READ, "ROLLBACK"::equals);
      IllegalStateException reason = new IllegalStateException("the disk is gone");
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() ->
              store.verify(
                  finding -> {
                    throw reason;
                  },
                  Progress.NONE))
          .satisfies(e -> assertThat(e).isSameAs(reason))
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
      adapter.recover();
    }
  }
}
