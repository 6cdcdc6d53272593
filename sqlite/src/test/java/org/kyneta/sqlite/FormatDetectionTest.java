package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.FORMAT_1_DDL;
import static org.kyneta.sqlite.Databases.FORMAT_2_DDL;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.list;
import static org.kyneta.sqlite.Databases.query;
import static org.kyneta.sqlite.Databases.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Format;
import org.kyneta.sql.FormatGate;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StoreRecord;

/** Which format a database is taken for: every case, and that a refusal changes nothing. */
class FormatDetectionTest {

  private static final String DOCUMENT_1 =
      "INSERT INTO kyneta_meta VALUES ('one', '%s')"
          .formatted(META.toString().replace("syncMode", "syncProtocol"));
  private static final String DOCUMENT_2 =
      "INSERT INTO kyneta_doc_meta VALUES ('two', '%s')".formatted(META);
  private static final String MARKER =
      ";INSERT INTO kyneta_store_meta VALUES ('format', '%s')".formatted(FormatGate.MARKER);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("store.db");
  }

  private Format open(SqliteOptions options) {
    try (SqliteStore store = SqliteStore.open(file, options)) {
      return store.format();
    }
  }

  private void refused(Reason reason, SqliteOptions options) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> SqliteStore.open(file, options))
        .withMessageContainingAll(file.toString(), reason.code(), "expected", "found")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(directory).isDirectoryNotContaining("glob:**-wal");
  }

  @Test
  void aNewFileIsOfFormat1() throws SQLException {
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V1);
    assertThat(query(file, "SELECT name FROM sqlite_master ORDER BY name"))
        .containsExactly("kyneta_meta", "kyneta_records");
  }

  @Test
  void aNewFileIsOfTheFormatAskedFor() throws SQLException {
    assertThat(open(SqliteOptions.DEFAULT.withFormat(Format.V2))).isEqualTo(Format.V2);
    assertThat(query(file, "SELECT * FROM kyneta_store_meta"))
        .containsExactly("format|{\"major\":1,\"minor\":0}");
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V2);
  }

  @Test
  void format1IsRecognised() throws SQLException {
    run(file, FORMAT_1_DDL + DOCUMENT_1);
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V1);
  }

  @Test
  void anotherFormatThanTheOneAskedForIsRefused() throws SQLException, IOException {
    run(file, FORMAT_1_DDL + DOCUMENT_1);
    refused(Reason.OTHER_FORMAT, SqliteOptions.DEFAULT.withFormat(Format.V2));
  }

  @Test
  void format2WithAMarkerIsRecognised() throws SQLException {
    run(file, FORMAT_2_DDL + DOCUMENT_2 + MARKER.replace("\"minor\":0", "\"minor\":7"));
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V2);
    assertThat(query(file, "SELECT value FROM kyneta_store_meta"))
        .containsExactly("{\"major\":1,\"minor\":7}");
  }

  @Test
  void anEmptyFormat2IsGivenItsMarker() throws SQLException {
    run(file, FORMAT_2_DDL);
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V2);
    assertThat(query(file, "SELECT value FROM kyneta_store_meta"))
        .containsExactly(FormatGate.MARKER);
  }

  @Test
  void format2WithoutItsMarkerIsRefused() throws SQLException, IOException {
    run(file, FORMAT_2_DDL + DOCUMENT_2);
    refused(Reason.UNVERSIONED_EXISTING_DATA, SqliteOptions.DEFAULT);
  }

  @Test
  void anotherMajorVersionIsRefused() throws SQLException, IOException {
    run(file, FORMAT_2_DDL + DOCUMENT_2 + MARKER.replace("\"major\":1", "\"major\":2"));
    refused(Reason.INCOMPATIBLE_MAJOR, SqliteOptions.DEFAULT);
  }

  @Test
  void anUnreadableMarkerIsRefused() throws SQLException, IOException {
    run(file, FORMAT_2_DDL + MARKER.replace("{", "["));
    refused(Reason.MALFORMED_VERSION, SqliteOptions.DEFAULT);
  }

  @Test
  void ofTwoMetadataTablesTheOneWithDocumentsCounts() throws SQLException {
    String ddl =
        FORMAT_1_DDL + FORMAT_2_DDL.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
    run(file, ddl + DOCUMENT_1 + MARKER);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.format()).isEqualTo(Format.V1);
      assertThat(list(store, "")).containsExactly("one");
    }
    file = directory.resolve("other.db");
    run(file, ddl + DOCUMENT_2 + MARKER);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.format()).isEqualTo(Format.V2);
      assertThat(list(store, "")).containsExactly("two");
    }
  }

  @Test
  void documentsInBothFormatsAreRefusedWithAWayOut() throws SQLException, IOException {
    String ddl =
        FORMAT_1_DDL + FORMAT_2_DDL.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
    run(file, ddl + DOCUMENT_1 + ";" + DOCUMENT_2 + MARKER);
    refused(Reason.SEVERAL_FORMATS, SqliteOptions.DEFAULT);
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> SqliteStore.open(file))
        .withMessageContaining("convert");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aTableOfTheCallersIsTakenForWhatIsInIt(Format format) throws SQLException {
    TableNames tables = new TableNames("app_meta", "app_records", "app_marker");
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(tables);
    try (SqliteStore store = SqliteStore.open(file, options.withFormat(format))) {
      store.append("doc", StoreRecord.meta(META));
    }
    assertThat(open(options)).isEqualTo(format);
    assertThat(query(file, "SELECT name FROM sqlite_master WHERE name LIKE 'kyneta%'")).isEmpty();
  }

  @Test
  void aTableOfTheCallersThatIsNotMetadataIsRefused() throws SQLException, IOException {
    run(
        file,
        "CREATE TABLE users (doc_id TEXT PRIMARY KEY, data TEXT);"
            + "INSERT INTO users VALUES ('x', '{\"name\":1}')");
    TableNames tables = TableNames.DEFAULT.withMeta("users");
    refused(Reason.NOT_A_STORE, SqliteOptions.DEFAULT.withTables(tables));
  }

  @Test
  void aTableWithoutAColumnOrKeyIsRefused() throws SQLException, IOException {
    run(file, FORMAT_1_DDL.replace("payload TEXT, blob BLOB", "payload TEXT"));
    refused(Reason.SCHEMA, SqliteOptions.DEFAULT);
    file = directory.resolve("other.db");
    run(file, FORMAT_1_DDL.replace("PRIMARY KEY (doc_id, seq)", "PRIMARY KEY (doc_id)"));
    refused(Reason.SCHEMA, SqliteOptions.DEFAULT);
  }

  /** Under such a collation ids that differ are one document. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kyneta_meta (doc_id TEXT COLLATE NOCASE PRIMARY KEY",
        "kyneta_meta (doc_id TEXT PRIMARY KEY COLLATE nocase",
        "kyneta_meta (doc_id TEXT COLLATE RTRIM PRIMARY KEY",
        "kyneta_records (doc_id TEXT NOT NULL COLLATE RTRIM",
        "kyneta_records (doc_id TEXT NOT NULL COLLATE NOCASE",
        "PRIMARY KEY (doc_id COLLATE RTRIM, seq)",
        "PRIMARY KEY (doc_id COLLATE NOCASE, seq)",
        "kyneta_store_meta (key TEXT COLLATE NOCASE PRIMARY KEY",
      })
  void aKeyWithACollationOfItsOwnIsRefused(String key) throws SQLException, IOException {
    String plain = key.replaceAll("(?i) COLLATE [A-Z]+", "");
    for (String ddl : List.of(FORMAT_2_DDL, FORMAT_1_DDL)) {
      assertThat(FORMAT_1_DDL + FORMAT_2_DDL).contains(plain);
      if (!ddl.contains(plain)) {
        continue;
      }
      file = directory.resolve(ddl.equals(FORMAT_1_DDL) ? "one.db" : "two.db");
      run(file, ddl.replace(plain, key));
      refused(Reason.SCHEMA, SqliteOptions.DEFAULT);
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT))
          .withMessageContaining("compared byte by byte (COLLATE BINARY)");
    }
  }

  @Test
  void aColumnThatIsComparedOtherwiseThanItsKeyIsRefused() throws SQLException, IOException {
    run(
        file,
        FORMAT_1_DDL
            .replace("(doc_id TEXT NOT NULL", "(doc_id TEXT NOT NULL COLLATE NOCASE")
            .replace("KEY (doc_id,", "KEY (doc_id COLLATE BINARY,"));
    refused(Reason.SCHEMA, SqliteOptions.DEFAULT);
  }

  @Test
  void aUniqueIndexWithACollationOfItsOwnIsRefusedAndAnotherIndexIsNot()
      throws SQLException, IOException {
    run(
        file,
        FORMAT_1_DDL
            + "CREATE UNIQUE INDEX plain ON kyneta_meta (doc_id);"
            + "CREATE INDEX search ON kyneta_meta (doc_id COLLATE NOCASE)");
    assertThat(open(SqliteOptions.DEFAULT)).isEqualTo(Format.V1);
    run(file, "CREATE UNIQUE INDEX folded ON kyneta_meta (doc_id COLLATE NOCASE)");
    refused(Reason.SCHEMA, SqliteOptions.DEFAULT);
  }

  @Test
  void anotherEncodingIsRefused() throws SQLException, IOException {
    run(file, "PRAGMA encoding = 'UTF-16le';" + FORMAT_1_DDL);
    refused(Reason.ENCODING, SqliteOptions.DEFAULT);
  }

  @Test
  void tablesWithoutOurChecksumAreUsedAsTheyAre() throws SQLException {
    run(file, FORMAT_1_DDL);
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append("doc", StoreRecord.meta(META));
      assertThat(store.statistics(0, Progress.NONE).unverifiedRecords()).isEqualTo(1);
    }
    assertThat(query(file, "SELECT count(*) FROM pragma_table_info('kyneta_records')"))
        .isEqualTo(List.of("5"));
  }
}
