package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Cursor;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** A million records, and a million documents, in little memory. */
class MillionRecordsTest {

  static final int MILLION = 1_000_000;
  private static final int FEW = 10_000;
  private static final int ROUNDS = 300;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeStores() throws SQLException {
    long started = System.nanoTime();
    try (SqliteStore store =
        SqliteStore.open(
            directory.resolve("records.db"),
            SqliteOptions.DEFAULT.withDurability(Durability.NORMAL))) {
      StoreMeta meta = StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");
      store.append("long", StoreRecord.meta(meta));
      store.appendAll("long", () -> entries());
    }
    makeIds(directory.resolve("few.db"), FEW);
    makeIds(directory.resolve("many.db"), MILLION);
    System.out.printf("the stores were made in %s%n", Shown.seconds(System.nanoTime() - started));
  }

  private static Iterator<StoreRecord> entries() {
    return IntStream.range(1, MILLION).mapToObj(MillionRecordsTest::entry).iterator();
  }

  static StoreRecord entry(int number) {
    byte[] data = new byte[16 + number % 16];
    Arrays.fill(data, (byte) number);
    return StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, data), Integer.toString(number));
  }

  /** Makes a store of documents that have nothing but an id: that is all that is listed. */
  private static void makeIds(Path file, int count) throws SQLException {
    SqliteStore.open(file).close();
    Rows.run(
        file,
        """
        WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)
        INSERT INTO kyneta_meta (doc_id, data) SELECT printf('folder-%%d/%%07d', i %% 100, i), '{}' FROM n\
        """
            .formatted(count));
  }

  @Test
  void theyAreLoadedCopiedDumpedAndListedIn64Megabytes() throws Exception {
    String output =
        ChildJvm.start(LittleMemory.class, List.of("-Xmx64m", "-XX:+UseSerialGC"), directory)
            .output();
    System.out.print(output);
    assertThat(output)
        .contains("loaded 1000000 records")
        .contains("copied 1000000 records")
        .contains("listed 1000000 ids");
  }

  @Test
  void theFirstIdsUnderAPrefixTakeAsLongAmongManyAsAmongFew() {
    try (SqliteStore few = SqliteStore.open(directory.resolve("few.db"));
        SqliteStore many = SqliteStore.open(directory.resolve("many.db"))) {
      for (int warmUp = 0; warmUp < ROUNDS; warmUp++) {
        firstTen(few);
        firstTen(many);
      }
      long[] fewNanos = new long[ROUNDS];
      long[] manyNanos = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        fewNanos[round] = firstTen(few);
        manyNanos[round] = firstTen(many);
      }
      Arrays.sort(fewNanos);
      Arrays.sort(manyNanos);
      double fewMedian = fewNanos[ROUNDS / 2] / 1e3;
      double manyMedian = manyNanos[ROUNDS / 2] / 1e3;
      System.out.printf(
          "the first 10 ids under a prefix: %.0f µs among %,d, %.0f µs among %,d%n",
          fewMedian, FEW, manyMedian, MILLION);
      assertThat(manyMedian).isLessThan(5 * fewMedian);
    }
  }

  private static long firstTen(SqliteStore store) {
    long started = System.nanoTime();
    try (Cursor<String> ids = store.listDocIds("folder-42/")) {
      for (int i = 0; i < 10; i++) {
        assertThat(ids.next()).startsWith("folder-42/");
      }
    }
    return System.nanoTime() - started;
  }
}
