package org.kyneta.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kyneta.postgres.PostgresOptions.SchemaMode;
import org.kyneta.store.Limits;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.testservers.Collation;

/** What the server cannot hold is refused before anything is written. */
class LimitsTest {

  private static HikariDataSource pool;

  @BeforeAll
  static void create() throws SQLException {
    pool = Databases.pool(Databases.create(Collation.C), 4);
  }

  @AfterAll
  static void close() {
    pool.close();
  }

  private static PostgresStore open() {
    Limits wide = Limits.DEFAULT.withIdBytes(1 << 20);
    return PostgresStore.open(
        pool, PostgresOptions.DEFAULT.withSchema(SchemaMode.CREATE).withLimits(wide));
  }

  /** Returns an id of so many bytes that no compression makes shorter. */
  private static String id(int bytes) {
    Random random = new Random(bytes);
    StringBuilder id = new StringBuilder();
    while (id.length() < bytes) {
      id.append((char) ('!' + random.nextInt('~' - '!')));
    }
    return id.toString();
  }

  @Test
  void idsAreAsLongAsTheIndexCanHold() {
    try (PostgresStore store = open()) {
      String longest = id(PostgresOptions.LARGEST_ID);
      store.appendAll(longest, Samples.stream(2, "x"));
      store.append(longest, Samples.entry("y"));
      assertThat(Samples.load(store, longest)).hasSize(4);
      store.delete(longest);
      assertThatExceptionOfType(RecordRejectedException.class)
          .isThrownBy(() -> store.append(id(PostgresOptions.LARGEST_ID + 1), Samples.META))
          .returns(Rule.SIZE_IS_LIMITED, RecordRejectedException::rule);
    }
  }

  @Test
  void lastSequenceNumberIsTwoToThe31MinusOne() throws SQLException {
    try (PostgresStore store = open()) {
      store.appendAll("full", Samples.stream(1, "x"));
      Databases.execute(
          pool,
          "UPDATE kyneta_records SET seq = 2147483646, crc32c = NULL"
              + " WHERE doc_id = 'full' AND seq = 1");
    }
    try (PostgresStore store = open()) {
      store.append("full", Samples.entry("the last"));
      for (List<? extends org.kyneta.store.StoreRecord> records :
          List.of(List.of(Samples.entry("a")), List.of(Samples.META))) {
        assertThatExceptionOfType(RecordRejectedException.class)
            .isThrownBy(() -> store.appendAll("full", records))
            .returns(Rule.BACK_END_CAN_HOLD, RecordRejectedException::rule);
      }
      store.replace("full", Samples.stream(2, "again"));
      assertThat(Samples.load(store, "full")).hasSize(3);
    }
  }
}
