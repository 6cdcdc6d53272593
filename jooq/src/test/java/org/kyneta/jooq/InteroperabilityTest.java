package org.kyneta.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.jooq.Samples.META;
import static org.kyneta.jooq.Samples.entry;
import static org.kyneta.jooq.Samples.load;
import static org.kyneta.jooq.Samples.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** That rows are the same as those of the SQLite store, in the same file. */
class InteroperabilityTest {

  @TempDir private Path directory;

  private static List<StoreRecord> everyShape() {
    List<StoreRecord> records = new ArrayList<>(stream(3));
    records.add(Samples.bytes(new byte[0]));
    records.add(StoreRecord.entry(Payload.json(Kind.SINCE, "lone \uD800, NUL \0, \u2028"), "v"));
    records.add(StoreRecord.meta(Samples.meta("02def")));
    return records;
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreEqualToTheLastBit(Format format) {
    Path file = directory.resolve("store.db");
    SqliteOptions options = SqliteOptions.DEFAULT.withFormat(format);
    List<String> ids = List.of("a\0b", "\uD83D\uDE00");
    try (Database database = Database.sqliteFile(file);
        Store sqlite = SqliteStore.open(file, options);
        Store jooq = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
      sqlite.appendAll(ids.getFirst(), everyShape());
      List<Record> expected = rows(database, format);
      sqlite.delete(ids.getFirst());

      jooq.appendAll(ids.getFirst(), everyShape());
      assertThat(rows(database, format)).isEqualTo(expected);
      assertThat(load(sqlite, ids.getFirst())).isEqualTo(everyShape());
      assertThat(jooq.head(ids.getFirst())).isEqualTo(sqlite.head(ids.getFirst()));

      for (String id : ids) {
        for (int i = 0; i < 10; i++) {
          (i % 2 == 0 ? jooq : sqlite).append(id, i == 0 ? StoreRecord.meta(META) : entry(i));
        }
        assertThat(load(jooq, id)).isEqualTo(load(sqlite, id));
      }
    }
    try (SqliteStore sqlite = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      assertThat(sqlite.verify(finding -> {}, Progress.NONE).isSound()).isTrue();
    }
  }

  private static List<Record> rows(Database database, Format format) {
    List<Record> rows = new ArrayList<>();
    for (String table : List.of(format.metaTable(), "kyneta_records")) {
      rows.addAll(database.dsl().selectFrom(DSL.table(DSL.name(table))).orderBy(DSL.two()).fetch());
    }
    return rows;
  }
}
