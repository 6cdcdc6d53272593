package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.kyneta.jooq.Samples.META;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.ids;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.Format;
import org.kyneta.sql.TableNames;
import org.kyneta.store.Cursor;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;
import org.kyneta.testservers.Collation;

/** Which tables a store is opened over, and what is said of those that do not fit. */
class TablesTest {

  private static final JooqOptions V2 = JooqOptions.DEFAULT.withFormat(Format.V2);

  @TempDir private Path directory;

  private static ThrowableAssertAlternative<?> assertRefused(DSLContext dsl) {
    return assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> JooqStore.open(dsl, JooqOptions.DEFAULT));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMissingIsNamed(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      assertRefused(dsl)
          .withMessageContaining("expected a table kyneta_meta (JooqStore.createTables");
      JooqStore.createTables(dsl, JooqOptions.DEFAULT);
      dsl.alterTable("kyneta_records").renameColumn("payload").to("load").execute();
      assertRefused(dsl)
          .withMessageContaining("table kyneta_records")
          .withMessageContaining("expected a column payload, found none");
      dsl.dropTable("kyneta_records").execute();
      assertRefused(dsl).withMessageContaining("expected a table kyneta_records");
      dsl.createTable("kyneta_records")
          .column("doc_id", SQLDataType.VARBINARY(64))
          .column("seq", SQLDataType.INTEGER)
          .column("kind", SQLDataType.VARCHAR(8))
          .column("payload", SQLDataType.VARCHAR(64))
          .column("blob", SQLDataType.BLOB)
          .execute();
      if (engine != Engines.MARIADB) {
        assertRefused(dsl)
            .withMessageContaining("expected the primary key [doc_id, seq], found []");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNewStoreOfFormatTwoIsMarkedOnce(Engines engine) throws Exception {
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      JooqStore.createTables(dsl, V2);
      JooqStore.createTables(dsl, V2);
      try (JooqStore first = JooqStore.open(dsl, V2);
          JooqStore second = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
        first.appendAll("doc", stream(3));
        assertThat(second.format()).isEqualTo(Format.V2);
        assertThat(load(second, "doc")).isEqualTo(stream(3));
      }
      dsl.deleteFrom(DSL.table(DSL.name("kyneta_store_meta"))).execute();
      assertRefused(dsl).withMessageContaining("unversioned-existing-data");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tablesMayHaveOtherNamesAndNoChecksums(Engines engine) throws Exception {
    TableNames names = new TableNames("App_Meta", "app_Records", null);
    JooqOptions options = JooqOptions.DEFAULT.withTables(names);
    try (Database database = engine.open(directory)) {
      DSLContext dsl = database.dsl();
      JooqStore.createTables(dsl, options);
      dsl.alterTable(DSL.name("app_Records")).dropColumn("crc32c").execute();
      try (Store store = JooqStore.open(dsl, options)) {
        store.appendAll("doc", stream(300));
        store.append("doc", entry(300));
        assertThat(load(store, "doc")).isEqualTo(stream(301));
      }
      assertThat(dsl.fetchCount(DSL.table(DSL.name("app_Records")))).isEqualTo(301);
    }
  }

  @Test
  void idsOfWhichDifferentOnesAreEqualAreRefusedOnPostgresToo() throws Exception {
    try (Database database = Database.postgres(Collation.C)) {
      DSLContext dsl = database.dsl();
      JooqStore.createTables(dsl, JooqOptions.DEFAULT);
      dsl.execute(
          "CREATE COLLATION caseless"
              + " (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
      for (String table : List.of("kyneta_meta", "kyneta_records")) {
        dsl.execute("ALTER TABLE " + table + " ALTER COLUMN doc_id TYPE TEXT COLLATE caseless");
        assertRefused(dsl).withMessageContaining(table).withMessageContaining("caseless");
        dsl.execute("ALTER TABLE " + table + " ALTER COLUMN doc_id TYPE TEXT COLLATE \"C\"");
      }
      JooqStore.open(dsl, JooqOptions.DEFAULT).close();
    }
  }

  @Test
  void otherDialectsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JooqStore.open(DSL.using(SQLDialect.FIREBIRD), JooqOptions.DEFAULT))
        .withMessageContaining("FIREBIRD");
  }

  /**
   * As the JavaScript store's own script makes them, in a database with the order of a language.
   */
  @Test
  void originalTablesServeOnPostgresInAnyOrderOfText() throws Exception {
    try (Database database = Engines.POSTGRES.open(directory)) {
      DSLContext dsl = database.dsl();
      dsl.createTable("kyneta_meta")
          .column("doc_id", SQLDataType.CLOB.notNull())
          .column("data", SQLDataType.JSONB.notNull())
          .primaryKey("doc_id")
          .execute();
      dsl.createTable("kyneta_records")
          .column("doc_id", SQLDataType.CLOB.notNull())
          .column("seq", SQLDataType.INTEGER.notNull())
          .column("kind", SQLDataType.CLOB.notNull())
          .column("payload", SQLDataType.CLOB)
          .column("blob", SQLDataType.BLOB)
          .primaryKey("doc_id", "seq")
          .execute();
      List<String> ids = List.of("B", "a", "users", "users/A", "users/a", "users/\u00E9", "users0");
      try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
        ids.reversed().forEach(id -> store.appendAll(id, stream(3)));
        assertThat(ids(store)).isEqualTo(ids);
        try (Cursor<String> listed = store.listDocIds("users/")) {
          assertThat(listed.stream()).isEqualTo(ids.subList(3, 6));
        }
      }
    }
  }

  /** As an object mapper makes them, whose ids are text and whose metadata is JSON. */
  private static DSLContext mappedTables(Database database, String collation, int idLength) {
    DSLContext dsl = database.dsl();
    var id = SQLDataType.VARCHAR(idLength).collation(DSL.collation(collation)).notNull();
    var text = SQLDataType.CLOB.collation(DSL.collation("utf8mb4_unicode_ci"));
    dsl.createTable("kyneta_meta")
        .column("doc_id", id)
        .column("data", SQLDataType.JSON.notNull())
        .primaryKey("doc_id")
        .execute();
    dsl.createTable("kyneta_records")
        .column("doc_id", id)
        .column("seq", SQLDataType.INTEGER.notNull())
        .column("kind", text.notNull())
        .column("payload", text)
        .column("blob", SQLDataType.BLOB)
        .primaryKey("doc_id", "seq")
        .execute();
    return dsl;
  }

  @Test
  void textThatTellsAllIdsApartServesOnMariaDbToo() throws Exception {
    try (Database database = Database.mariaDb()) {
      DSLContext dsl = mappedTables(database, "utf8mb4_nopad_bin", 191);
      List<String> ids =
          List.of("", "\0", "A", "a", "a\0", "a ", "a  ", "\uD7FF", "\uE000", "\uD83D\uDE00");
      try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
        for (String id : ids) {
          store.appendAll(id, stream(3));
        }
        assertThat(ids(store)).isEqualTo(ids);
        for (String id : ids) {
          assertThat(load(store, id)).isEqualTo(stream(3));
          assertThat(store.currentMeta(id)).contains(META);
        }
        String longest = "\uD83D\uDE00".repeat(191);
        store.append(longest, StoreRecord.meta(META));
        assertThat(ids(store)).endsWith(longest);
        assertHeldBack(() -> store.append(longest + "a", StoreRecord.meta(META)), "191 characters");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"utf8mb4_bin", "utf8mb4_unicode_ci", "latin1_bin"})
  void textThatDoesNotIsRefusedOnMariaDb(String collation) throws Exception {
    try (Database database = Database.mariaDb()) {
      assertRefused(mappedTables(database, collation, 191))
          .withMessageContaining("column doc_id")
          .withMessageContaining("found the collation " + collation);
    }
  }

  @Test
  void recordBeyondTheServersPacketIsRefusedAndTheConnectionLives() throws Exception {
    try (Database database = Database.mariaDb()) {
      DSLContext dsl = database.dsl();
      JooqStore.createTables(dsl, JooqOptions.DEFAULT);
      try (Store store = JooqStore.open(dsl, JooqOptions.DEFAULT)) {
        store.append("doc", StoreRecord.meta(META));
        byte[] fits = new byte[(8 << 20) - (64 << 10)];
        byte[] tooLarge = new byte[8 << 20];
        byte[] nothingToEscape = "x".repeat(15 << 20).getBytes(StandardCharsets.US_ASCII);
        store.append("doc", Samples.bytes(fits));
        assertHeldBack(() -> store.append("doc", Samples.bytes(tooLarge)), "max_allowed_packet");
        store.append("doc", Samples.bytes(nothingToEscape));
        assertThat(load(store, "doc"))
            .isEqualTo(
                Stream.of(
                        StoreRecord.meta(META), Samples.bytes(fits), Samples.bytes(nothingToEscape))
                    .toList());
      }
    }
  }

  private static void assertHeldBack(Runnable write, String why) {
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(write::run)
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.BACK_END_CAN_HOLD));
  }
}
