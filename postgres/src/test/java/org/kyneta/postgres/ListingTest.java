package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.testservers.Collation;

/** Listing by prefix is exact and in the order of code points, however a database sorts text. */
class ListingTest {

  private static final String[] PIECES = {
    "a",
    "A",
    "b",
    "B",
    "ä",
    "z",
    "Z",
    "-",
    "_",
    "%",
    "/",
    " ",
    "ss",
    "ß",
    "\u0301",
    "\uD83D\uDE00",
    "\uFFFD",
    "\uE000",
    "\uD7FF",
    "\uDBFF\uDFFF",
    "1",
    "10",
    "é",
    "e"
  };

  @ParameterizedTest
  @CsvSource({"C, C", "EN_US, C", "EN_US, default", "C, default"})
  void prefixesAreExact(Collation database, String column) throws SQLException {
    try (HikariDataSource pool = Databases.pool(Databases.create(database), 4)) {
      String collation = column.equals("C") ? " COLLATE \"C\"" : "";
      Databases.execute(
          pool,
          """
          CREATE TABLE kyneta_meta (doc_id TEXT%s PRIMARY KEY, data JSONB NOT NULL);
          CREATE TABLE kyneta_records (doc_id TEXT, seq INTEGER, kind TEXT, payload TEXT,
            blob BYTEA, PRIMARY KEY (doc_id, seq));
          """
              .formatted(collation));
      Random random = new Random(7);
      TreeSet<String> ids = new TreeSet<>(DocIds.ORDER);
      for (int i = 0; i < 400; i++) {
        ids.add(
            PIECES[random.nextInt(PIECES.length)]
                + PIECES[random.nextInt(PIECES.length)]
                + PIECES[random.nextInt(PIECES.length)]);
      }
      try (PostgresStore store = PostgresStore.open(pool)) {
        ids.forEach(id -> store.append(id, Samples.META));
        assertThat(list(store, "")).containsExactlyElementsOf(ids);
        for (String first : PIECES) {
          assertThat(list(store, first))
              .containsExactlyElementsOf(ids.stream().filter(id -> id.startsWith(first)).toList());
          String second = first + PIECES[random.nextInt(PIECES.length)];
          assertThat(list(store, second))
              .containsExactlyElementsOf(ids.stream().filter(id -> id.startsWith(second)).toList());
        }
      }
    }
  }

  private static List<String> list(PostgresStore store, String prefix) {
    List<String> ids = new ArrayList<>();
    try (Cursor<String> cursor = store.listDocIds(prefix)) {
      cursor.forEachRemaining(ids::add);
    }
    return ids;
  }
}
