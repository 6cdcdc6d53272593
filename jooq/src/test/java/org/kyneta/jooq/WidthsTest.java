package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.jooq.Samples.META;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.ids;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.nio.file.Path;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** What is too long for a column is refused, and never cut. */
class WidthsTest {

  private static final int META_CHARS = 40;
  private static final int RECORD_CHARS = 20;
  private static final int PAYLOAD_CHARS = 1_000;

  @TempDir private Path directory;

  /** As an object mapper makes them, with the lengths that it was told. */
  private static DSLContext narrowTables(Database database, Engines engine) {
    DSLContext dsl = database.dsl();
    boolean isMariaDb = engine == Engines.MARIADB;
    String exact = isMariaDb ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" : "";
    String quote = isMariaDb ? "`" : "\"";
    String table = "CREATE TABLE " + quote + "%s" + quote;
    String data = engine == Engines.POSTGRES ? "JSONB" : "VARCHAR(2000)" + exact;
    String blob = isMariaDb ? "BLOB" : engine == Engines.POSTGRES ? "BYTEA" : "VARBINARY(65535)";
    dsl.execute(
        table.formatted("kyneta_meta")
            + " (%1$sdoc_id%1$s VARCHAR(%2$d)%3$s NOT NULL PRIMARY KEY, %1$sdata%1$s %4$s NOT NULL)"
                .formatted(quote, META_CHARS, exact, data));
    dsl.execute(
        table.formatted("kyneta_records")
            + """
             (%1$sdoc_id%1$s VARCHAR(%2$d)%3$s NOT NULL, %1$sseq%1$s INTEGER NOT NULL,
            %1$skind%1$s VARCHAR(8)%3$s NOT NULL, %1$spayload%1$s VARCHAR(%4$d)%3$s,
            %1$sblob%1$s %5$s, PRIMARY KEY (%1$sdoc_id%1$s, %1$sseq%1$s))\
            """
                .formatted(quote, RECORD_CHARS, exact, PAYLOAD_CHARS, blob));
    return dsl;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NO_ENGINE_SUBSTITUTION"})
  void sessionThatCutsIsRefused(String mode) throws Exception {
    try (Database strict = Database.mariaDb();
        Database lax = withMode(strict, mode)) {
      JooqStore.createTables(lax.dsl(), JooqOptions.DEFAULT);
      assertThatExceptionOfType(IncompatibleFormatException.class)
          .isThrownBy(() -> JooqStore.open(lax.dsl(), JooqOptions.DEFAULT))
          .withMessageContaining("STRICT_TRANS_TABLES")
          .withMessageContaining("sessionVariables")
          .withMessageContaining("found \"" + mode + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"STRICT_ALL_TABLES", "STRICT_TRANS_TABLES", "TRADITIONAL"})
  void sessionThatDoesNotIsNot(String mode) throws Exception {
    try (Database usual = Database.mariaDb();
        Database strict = withMode(usual, mode)) {
      JooqStore.createTables(strict.dsl(), JooqOptions.DEFAULT);
      try (Store store = JooqStore.open(strict.dsl(), JooqOptions.DEFAULT)) {
        store.appendAll("doc", stream(3));
        assertThat(load(store, "doc")).isEqualTo(stream(3));
      }
    }
  }

  private static Database withMode(Database database, String mode) {
    return Database.at(
        SQLDialect.MARIADB, database.url() + "&sessionVariables=sql_mode='" + mode + "'");
  }

  /** Databases cut spaces at the end of a text that is too long, strict or not. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SQLITE")
  void idsAreAsLongAsBothTablesCanHold(Engines engine) throws Exception {
    try (Database database = engine.open(directory);
        Store store = JooqStore.open(narrowTables(database, engine), JooqOptions.DEFAULT)) {
      String longest = "x".repeat(RECORD_CHARS);
      store.appendAll(longest, stream(3));
      for (int more : new int[] {1, META_CHARS - RECORD_CHARS, META_CHARS}) {
        for (String character : List.of(" ", "x")) {
          String tooLong = longest + character.repeat(more);
          assertHeldBack(() -> store.appendAll(tooLong, stream(2)));
          assertHeldBack(() -> store.replace(tooLong, stream(2)));
          assertThat(load(store, tooLong)).isEmpty();
          store.delete(tooLong);
        }
      }
      assertThat(ids(store)).containsExactly(longest);
      assertThat(load(store, longest)).isEqualTo(stream(3));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SQLITE")
  void recordsThatAColumnCannotHoldAreRefused(Engines engine) throws Exception {
    try (Database database = engine.open(directory);
        Store store = JooqStore.open(narrowTables(database, engine), JooqOptions.DEFAULT)) {
      store.appendAll("doc", stream(3));
      StoreRecord text =
          StoreRecord.entry(Payload.json(Kind.ENTIRETY, '"' + "x".repeat(PAYLOAD_CHARS) + '"'), "");
      StoreRecord bytes = Samples.bytes(new byte[65_536]);
      for (StoreRecord tooLong : List.of(text, bytes)) {
        if (tooLong.equals(bytes) && engine == Engines.POSTGRES) {
          store.append("other", StoreRecord.meta(META));
          store.append("other", bytes);
          continue;
        }
        assertHeldBack(() -> store.append("doc", tooLong));
        assertHeldBack(() -> store.appendAll("doc", List.of(entry(3), tooLong, entry(5))));
        assertHeldBack(() -> store.replace("doc", List.of(StoreRecord.meta(META), tooLong)));
        assertThat(load(store, "doc")).isEqualTo(stream(3));
      }
    }
  }

  @Test
  void tablesOfTheStoresOwnHoldLongTexts() throws Exception {
    for (Engines engine : Engines.values()) {
      try (Database database = engine.open(directory)) {
        JooqStore.createTables(database.dsl(), JooqOptions.DEFAULT);
        StoreRecord text =
            StoreRecord.entry(
                Payload.json(Kind.ENTIRETY, '"' + "\u20AC".repeat(1 << 20) + '"'), "");
        try (Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
          store.append("doc", StoreRecord.meta(META));
          store.append("doc", text);
          assertThat(load(store, "doc")).endsWith(text);
        }
      }
    }
  }

  private static void assertHeldBack(Runnable write) {
    assertThatExceptionOfType(RecordRejectedException.class)
        .isThrownBy(write::run)
        .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.BACK_END_CAN_HOLD));
  }
}
