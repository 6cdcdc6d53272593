package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.zaxxer.hikari.HikariDataSource;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.StoreStatistics.StreamSize;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreClosedException;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;
import org.kyneta.testservers.PostgresServer;
import org.kyneta.testservers.PostgresServer.Settings;

/** Counting and verifying: damage of every kind is found, named and placed, and nothing else is. */
class InspectionTest {

  private static final PostgresOptions CREATE =
      PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE);

  private static void fill(PostgresStore store) {
    store.appendAll("a", Samples.stream(3, "x"));
    store.appendAll("b", Samples.stream(4, "x"));
    store.append("b", StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[] {1, 2}), "5"));
    store.append("B", Samples.META);
  }

  private static List<Finding> verify(HikariDataSource pool) {
    List<Finding> findings = new ArrayList<>();
    try (PostgresStore store = PostgresStore.open(pool)) {
      VerificationReport report = store.verify(findings::add, Progress.NONE);
      assertThat(report.errors() + report.notes()).isEqualTo(findings.size());
      assertThat(report.isSound())
          .isEqualTo(findings.stream().allMatch(f -> f.severity() == Finding.Severity.NOTE));
    }
    return findings;
  }

  @ParameterizedTest
  @EnumSource(Collation.class)
  void aSoundStoreHasNoFindings(Collation collation) throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(collation), 3)) {
      try (PostgresStore store = PostgresStore.open(pool, CREATE)) {
        fill(store);
        assertThat(store.verify(finding -> {}, Progress.NONE))
            .isEqualTo(new VerificationReport(3, 11, 0, 3, 0, 0));
      }
      assertThat(verify(pool)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "UPDATE kyneta_records SET blob = '\\x00' WHERE seq = 5"
            + "|error: document \"b\", table kyneta_records, seq 5: checksum",
        "UPDATE kyneta_records SET payload = replace(payload, 'x1', 'x9') WHERE doc_id = 'b' AND"
            + " seq = 2|error: document \"b\", table kyneta_records, seq 2: checksum",
        "UPDATE kyneta_records SET payload = '{}', crc32c = NULL WHERE doc_id = 'b' AND seq = 2"
            + "|error: document \"b\", table kyneta_records, seq 2: payload member kind",
        "UPDATE kyneta_records SET payload = NULL, crc32c = NULL WHERE doc_id = 'b' AND seq = 2"
            + "|error: document \"b\", table kyneta_records, seq 2: payload: expected JSON text",
        "UPDATE kyneta_records SET crc32c = crc32c + 1 WHERE doc_id = 'b' AND seq = 0"
            + "|error: document \"b\", table kyneta_records, seq 0: checksum",
        "UPDATE kyneta_records SET crc32c = -1 WHERE doc_id = 'b' AND seq = 0"
            + "|error: document \"b\", table kyneta_records, seq 0: checksum",
        "DELETE FROM kyneta_records WHERE doc_id = 'b' AND seq = 2"
            + "|error: document \"b\", table kyneta_records, seq 3: expected seq 2 before it",
        "UPDATE kyneta_records SET seq = -1, crc32c = NULL WHERE doc_id = 'b' AND seq = 5"
            + "|error: document \"b\", table kyneta_records, seq -1: expected a seq of at least 0"
            + ";note: document \"b\", table kyneta_records, seq -1: the stream begins",
        "UPDATE kyneta_records SET doc_id = 'c', crc32c = NULL WHERE doc_id = 'b' AND seq = 5"
            + "|note: document \"c\", table kyneta_records, seq 5: expected seq 0"
            + ";note: document \"c\", table kyneta_records, seq 5: the stream begins"
            + ";error: document \"c\", table kyneta_records: expected metadata beside",
        "DELETE FROM kyneta_meta WHERE doc_id = 'a'"
            + "|error: document \"a\", table kyneta_records: expected metadata beside",
        "DELETE FROM kyneta_meta WHERE doc_id = 'b'"
            + "|error: document \"b\", table kyneta_records: expected metadata beside",
        "DELETE FROM kyneta_records WHERE doc_id = 'b'"
            + "|error: document \"b\", table kyneta_meta: expected records beside",
        "INSERT INTO kyneta_meta VALUES ('é', '[]')"
            + "|error: document \"é\", table kyneta_meta: expected records beside"
            + ";error: document \"é\", table kyneta_meta: expected a JSON object",
        "UPDATE kyneta_meta SET data = '{}' WHERE doc_id = 'b'"
            + "|error: document \"b\", table kyneta_meta: metadata member replicaType",
        "UPDATE kyneta_meta SET data = jsonb_set(data, '{schemaHash}', '\"00\"') WHERE doc_id = 'b'"
            + "|error: document \"b\", table kyneta_meta: expected the metadata of the stream",
        "UPDATE kyneta_records SET payload = replace(payload, '\"version\"', '\"more\":1,\"version\"')"
            + ", crc32c = NULL WHERE doc_id = 'b' AND seq = 1"
            + "|note: document \"b\", table kyneta_records, seq 1: members that a copy",
        "ALTER TABLE kyneta_records DROP COLUMN crc32c"
            + "|note: database: records are written without checksums",
      })
  void damageIsFoundAndNothingElse(String sql, String expected) throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 3)) {
      try (PostgresStore store = PostgresStore.open(pool, CREATE)) {
        fill(store);
      }
      Databases.execute(pool, sql);
      String[] beginnings = expected.split(";", -1);
      List<Finding> findings = verify(pool);
      assertThat(findings).hasSize(beginnings.length);
      for (int i = 0; i < beginnings.length; i++) {
        assertThat(findings.get(i).toString()).startsWith(beginnings[i]);
      }
    }
  }

  @Test
  void aPageThatCannotBeReadIsAFinding() throws Exception {
    try (PostgresServer server = PostgresServer.start(Settings.DEFAULT);
        HikariDataSource pool = Databases.pool(server.createDatabase("damaged", Collation.C), 3)) {
      try (PostgresStore store = PostgresStore.open(pool, CREATE)) {
        store.appendAll("a", Samples.stream(2_000, "text"));
      }
      Path file = fileOf(pool, "kyneta_records");
      Databases.execute(pool, "CHECKPOINT");
      pool.getHikariPoolMXBean().softEvictConnections();
      server.stopFast();
      try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.seek(3 * 8192L);
        raw.write("damage ".repeat(100).getBytes(StandardCharsets.UTF_8));
      }
      server.restart();
      assertThat(verify(pool))
          .singleElement()
          .hasToString(
              "error: database: reading stopped here: ERROR: invalid page in block 3 of relation "
                  + relation(file));
    }
  }

  private static String relation(Path file) {
    return file.subpath(file.getNameCount() - 3, file.getNameCount()).toString();
  }

  private static Path fileOf(HikariDataSource pool, String table) throws SQLException {
    String sql =
        "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('" + table + "')";
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return Path.of(rows.getString(1));
    }
  }

  @Test
  void whatOthersWriteMeanwhileIsNotSeen() throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 4);
        PostgresStore store = PostgresStore.open(pool, CREATE)) {
      store.appendAll("a", Samples.stream(5_000, "text"));
      Databases.execute(pool, "DELETE FROM kyneta_records WHERE doc_id = 'a' AND seq = 1");
      VerificationReport report =
          store.verify(
              finding -> {
                store.delete("a");
                store.append("z", Samples.META);
              },
              Progress.NONE);
      assertThat(report).isEqualTo(new VerificationReport(1, 5_000, 0, 1, 1, 0));
      assertThat(Samples.load(store, "a")).isEmpty();
    }
  }

  @Test
  void aVerificationThatIsEndedEarlyGivesItsConnectionBack() throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 1);
        PostgresStore store = PostgresStore.open(pool, CREATE)) {
      store.appendAll("a", Samples.stream(50_000, "text"));
      Databases.execute(pool, "UPDATE kyneta_records SET crc32c = 0 WHERE seq = 1");
      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(() ->
                store.verify(
                    finding -> {
                      throw new IllegalStateException("enough");
                    },
                    Progress.NONE))
            .withMessage("enough");
      }
      assertThat(store.currentMeta("a")).isPresent();
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @Test
  void whatIsThereIsCounted() throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 3)) {
      PostgresStore store = PostgresStore.open(pool, CREATE.withFormat(Format.V2));
      fill(store);
      Databases.execute(pool, "UPDATE kyneta_records SET crc32c = NULL WHERE seq = 1");
      List<Long> counted = new ArrayList<>();
      StoreStatistics found = store.statistics(2, (done, total) -> counted.add(done));
      assertThat(found.format()).isEqualTo(Format.V2);
      assertThat(found.documents()).isEqualTo(3);
      assertThat(found.records()).isEqualTo(11);
      assertThat(found.blobBytes()).isEqualTo(2);
      assertThat(found.unverifiedRecords()).isEqualTo(2);
      assertThat(found.unverifiedMetadata()).isEqualTo(3);
      assertThat(found.largest()).extracting(StreamSize::docId).containsExactly("b", "a");
      assertThat(found.largest()).extracting(StreamSize::records).containsExactly(6L, 4L);
      assertThat(found.payloadBytes()).isGreaterThan(found.largest().getFirst().bytes());
      assertThat(found.engine().toString()).startsWith("PostgreSQL ");
      assertThat(found.databaseBytes()).isGreaterThan(6 * 8192L);
      assertThat(found.logBytes()).isZero();
      assertThatIllegalArgumentException().isThrownBy(() -> store.statistics(-1, Progress.NONE));
      store.close();
      assertThatExceptionOfType(StoreClosedException.class)
          .isThrownBy(() -> store.statistics(1, Progress.NONE));
      assertThatExceptionOfType(StoreClosedException.class)
          .isThrownBy(() -> store.verify(finding -> {}, Progress.NONE));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EN_US, , ",
    "EN_US, COLLATE \"C\", ",
    "EN_US, , COLLATE \"C\"",
    "C, , COLLATE \"POSIX\""
  })
  void columnsMayHaveAnyCollation(
      Collation database, @Nullable String metaColumn, @Nullable String recordsColumn)
      throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(database), 3)) {
      Databases.execute(
          pool,
          """
          CREATE TABLE kyneta_meta (doc_id TEXT %s PRIMARY KEY, data JSONB NOT NULL);
          CREATE TABLE kyneta_records (doc_id TEXT %s, seq INTEGER, kind TEXT, payload TEXT,
            blob BYTEA, crc32c BIGINT, PRIMARY KEY (doc_id, seq));
          """
              .formatted(
                  metaColumn == null ? "" : metaColumn,
                  recordsColumn == null ? "" : recordsColumn));
      try (PostgresStore store = PostgresStore.open(pool)) {
        fill(store);
        List<Finding> findings = new ArrayList<>();
        assertThat(store.verify(findings::add, Progress.NONE).records()).isEqualTo(11);
        assertThat(findings).extracting(Finding::problem).containsExactlyElementsOf(store.notes());
        assertThat(store.statistics(1, Progress.NONE).records()).isEqualTo(11);
      }
    }
  }

  @Test
  void theBytesOfPartsBelongToTheTable() throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(Collation.C), 3)) {
      Databases.execute(
          pool,
          """
          CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data JSONB NOT NULL);
          CREATE TABLE kyneta_records (doc_id TEXT, seq INTEGER, kind TEXT, payload TEXT,
            blob BYTEA, PRIMARY KEY (doc_id, seq)) PARTITION BY HASH (doc_id);
          CREATE TABLE part0 PARTITION OF kyneta_records FOR VALUES WITH (MODULUS 2, REMAINDER 0);
          CREATE TABLE part1 PARTITION OF kyneta_records FOR VALUES WITH (MODULUS 2, REMAINDER 1);
          """);
      try (PostgresStore store = PostgresStore.open(pool)) {
        store.appendAll("a", Samples.stream(2_000, "t".repeat(1_000)));
        assertThat(store.statistics(0, Progress.NONE).databaseBytes()).isGreaterThan(200_000);
        assertThat(store.verify(finding -> {}, Progress.NONE).records()).isEqualTo(2_001);
      }
    }
  }
}
