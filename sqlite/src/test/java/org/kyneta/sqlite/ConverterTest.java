package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.sqlite.Databases.META;
import static org.kyneta.sqlite.Databases.load;
import static org.kyneta.sqlite.Databases.query;
import static org.kyneta.sqlite.Databases.stream;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

class ConverterTest {

  private static final String ROWS =
      "SELECT hex(doc_id), seq, kind, hex(payload), hex(blob), crc32c FROM kyneta_records";

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void writeAStore() {
    file = directory.resolve("store.db");
    SqliteOptions options = SqliteOptions.DEFAULT.withDurability(Durability.NORMAL);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      for (int i = 0; i < 1_200; i++) {
        store.append("doc" + i, StoreRecord.meta(META.with("x", new JsonNumber("1.50"))));
      }
      store.appendAll("a\0b", stream(5));
    }
  }

  private Conversion convert(TableNames tables, Format format) {
    return SqliteStore.convert(file, tables, format, Progress.NONE);
  }

  @Test
  void aStoreThatHasTablesOfItsOwnOpenWritesNoOldMetadataAfterwards() {
    TableNames own = new TableNames("own_meta", "own_records", "own_marker");
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(own);
    try (SqliteStore before = SqliteStore.open(file, options)) {
      before.appendAll("doc", stream(3));
      convert(own, Format.V2);
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> before.appendAll("a new one", stream(1)))
          .withMessageContaining("expected format 1, found format 2");
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> before.replace("doc", stream(1)));
      before.append("doc", Databases.entry(4));
    }
    try (SqliteStore store = SqliteStore.open(file, options)) {
      assertThat(store.format()).isEqualTo(Format.V2);
      assertThat(load(store, "doc")).isEqualTo(stream(4));
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  /** Whether a table was converted is asked whenever a document is not known. */
  @Test
  void lookingWhetherATableOfOnesOwnWasConvertedTakesOneStatement() throws SQLException {
    TableNames own = new TableNames("own_meta", "own_records", "own_marker");
    int without = statementsOfAnAppend(TableNames.DEFAULT);
    assertThat(statementsOfAnAppend(own)).isEqualTo(without + 1);
  }

  private int statementsOfAnAppend(TableNames tables) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (Connection connection = Databases.connect(file);
        JdbcSqliteAdapter real = JdbcSqliteAdapter.over(connection);
        FailingAdapter adapter = new FailingAdapter(real);
        SqliteStore store = SqliteStore.over(adapter, SqliteOptions.DEFAULT.withTables(tables))) {
      store.appendAll("known", stream(1));
      adapter.failBefore(
          ResultCode.FULL,
          sql -> {
            statements.add(sql);
            return false;
          });
      store.appendAll("new", stream(0));
    }
    return statements.size();
  }

  @Test
  void thereAndBackLeavesEveryRowAsItWas() throws SQLException {
    List<String> before = query(file, ROWS);
    List<String> index = query(file, "SELECT * FROM kyneta_meta");
    assertThat(convert(TableNames.DEFAULT, Format.V2))
        .isEqualTo(new Conversion(Format.V1, Format.V2, 1_201, 1_201));
    assertThat(query(file, "SELECT name FROM sqlite_master ORDER BY name"))
        .containsExactly("kyneta_doc_meta", "kyneta_records", "kyneta_store_meta");
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.format()).isEqualTo(Format.V2);
      assertThat(load(store, "a\0b")).isEqualTo(stream(5));
      assertThat(store.verify(finding -> {}, Progress.NONE))
          .isEqualTo(new VerificationReport(1_201, 1_206, 0, 0, 0, 0));
    }
    convert(TableNames.DEFAULT, Format.V1);
    assertThat(query(file, ROWS)).isEqualTo(before);
    assertThat(query(file, "SELECT * FROM kyneta_meta")).isEqualTo(index);
    assertThat(query(file, "SELECT name FROM sqlite_master ORDER BY name"))
        .containsExactly("kyneta_meta", "kyneta_records");
  }

  @Test
  void tablesOfTheCallersKeepTheirNames() throws SQLException {
    TableNames tables = new TableNames("app_meta", "app_records", null);
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(tables);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      store.appendAll("doc", stream(2));
    }
    convert(tables, Format.V2);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      assertThat(store.format()).isEqualTo(Format.V2);
      assertThat(load(store, "doc")).isEqualTo(stream(2));
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
    assertThat(query(file, "SELECT count(*) FROM kyneta_meta")).containsExactly("1201");
  }

  @Test
  void theBareNamesOfTheFirstVersionsBecomeTodays() throws SQLException {
    Databases.run(
        file,
        "ALTER TABLE kyneta_meta RENAME TO meta; ALTER TABLE kyneta_records RENAME TO records");
    List<String> before = query(file, ROWS.replace("kyneta_records", "records"));
    assertThat(convert(TableNames.DEFAULT, Format.V1).documents()).isEqualTo(1_201);
    assertThat(query(file, ROWS)).isEqualTo(before);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  @Test
  void whatTheOriginalWroteStaysUnverified() throws SQLException {
    Databases.run(file, "UPDATE kyneta_records SET crc32c = NULL");
    Databases.run(file, "UPDATE kyneta_meta SET crc32c = NULL WHERE doc_id = 'doc7'");
    convert(TableNames.DEFAULT, Format.V2);
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.verify(finding -> {}, Progress.NONE))
          .isEqualTo(new VerificationReport(1_201, 1_206, 1_206, 1, 0, 0));
    }
  }

  @Test
  void aDamagedRowStopsTheConversionAndNothingHasChanged() throws SQLException {
    Databases.run(
        file, "UPDATE kyneta_records SET payload = payload || ' ' WHERE doc_id = 'doc999'");
    List<String> before = query(file, ROWS);
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> convert(TableNames.DEFAULT, Format.V2))
        .withMessageContainingAll("doc999", "checksum");
    assertThat(query(file, ROWS)).isEqualTo(before);
    assertThat(query(file, "SELECT name FROM sqlite_master ORDER BY name"))
        .containsExactly("kyneta_meta", "kyneta_records");
  }

  @Test
  void aTableInUseIsNotConvertedInto() throws SQLException {
    convert(TableNames.DEFAULT, Format.V2);
    Databases.run(
        file,
        "CREATE TABLE kyneta_meta (doc_id TEXT PRIMARY KEY, data TEXT);"
            + "INSERT INTO kyneta_meta SELECT doc_id, data FROM kyneta_doc_meta");
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> convert(TableNames.DEFAULT, Format.V1))
        .withMessageContaining("several-formats");
  }

  @Test
  void theFormatThatIsThereNeedsNoConversion() {
    assertThat(convert(TableNames.DEFAULT, Format.V1))
        .isEqualTo(new Conversion(Format.V1, Format.V1, 1_201, 0));
  }

  @Test
  void whereThereIsNothingNothingIsMade() {
    Path none = directory.resolve("none.db");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> SqliteStore.convert(none, TableNames.DEFAULT, Format.V2, Progress.NONE));
    assertThat(none).doesNotExist();
  }
}
