package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;
import org.sqlite.SQLiteConnection;

/**
 * Every bit of every row of a database is flipped, one at a time: those of the columns, the
 * checksum's, and those by which SQLite finds them in a page. {@code -Dkyneta.flippedRecords=1000}
 * does so to as many records.
 */
class FlippedBitsTest {

  private static final int RECORDS = Integer.getInteger("kyneta.flippedRecords", 20);
  private static final int RECORDS_A_DATABASE = 10;
  private static final int PAGE = 4096;

  @TempDir private Path directory;

  private final Map<String, List<StoreRecord>> written = new TreeMap<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

  /** What a flipped bit comes to. */
  private enum Outcome {
    /** Our checksum, or a rule for streams, tells. */
    REPORTED,
    /** SQLite's own check tells, or refuses to read, and nothing else does. */
    REPORTED_BY_SQLITE_ALONE,
    /** All is as it was, but a row counts as unverified: the flip has made its checksum NULL. */
    COUNTED_AS_UNVERIFIED,
    /** All is as it was: the bit means nothing. */
    HARMLESS,
    /** Something else is read, and nobody says so. */
    MISSED
  }

  @Test
  void everyFlippedBitIsReportedOrChangesNothingThatIsRead() throws IOException, SQLException {
    for (int first = 0; first < RECORDS; first += RECORDS_A_DATABASE) {
      byte[] database = database(first);
      assertThat(look(database)).as("without a flip").isEqualTo(Outcome.HARMLESS);
      for (int page = PAGE; page < database.length; page += PAGE) {
        flipEach(database, page);
      }
    }
    System.out.println(RECORDS + " records, flipped bits: " + outcomes);
    assertThat(outcomes).containsKey(Outcome.REPORTED).doesNotContainKey(Outcome.MISSED);
    int all = outcomes.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(outcomes.get(Outcome.REPORTED)).isGreaterThan(all * 9 / 10);
  }

  private byte[] database(int first) throws IOException {
    Path file = directory.resolve(first + ".db");
    Format format = first % (2 * RECORDS_A_DATABASE) == 0 ? Format.V1 : Format.V2;
    written.clear();
    try (SqliteStore store = SqliteStore.open(file, SqliteOptions.DEFAULT.withFormat(format))) {
      for (String docId : new String[] {"a" + first, "b/é" + first}) {
        List<StoreRecord> records = new ArrayList<>();
        records.add(StoreRecord.meta(Databases.META));
        for (int i = first + 1; i < first + RECORDS_A_DATABASE / 2; i++) {
          records.add(
              i % 3 == 0
                  ? StoreRecord.entry(Payload.json(Kind.SINCE, "{\"i\":" + i + "}"), "v" + i)
                  : Databases.entry(i, i % 9));
        }
        store.appendAll(docId, records);
        written.put(docId, records);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    // A database in memory has no log.
    bytes[18] = 1;
    bytes[19] = 1;
    return bytes;
  }

  /** Flips what a page uses: the header, the pointers to the cells, and the cells. */
  private void flipEach(byte[] database, int page) throws SQLException {
    int cells = number(database, page + 3);
    int content = number(database, page + 5);
    for (int at = 0; at < PAGE; at++) {
      if (at == 8 + 2 * cells) {
        at = content;
      }
      for (int bit = 0; bit < 8; bit++) {
        database[page + at] ^= (byte) (1 << bit);
        outcomes.merge(look(database), 1, Integer::sum);
        database[page + at] ^= (byte) (1 << bit);
      }
    }
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private Outcome look(byte[] database) throws SQLException {
    try (Connection connection = Databases.connect("jdbc:sqlite::memory:")) {
      connection.unwrap(SQLiteConnection.class).deserialize("main", database);
      try (SqliteStore store = SqliteStore.over(JdbcSqliteAdapter.over(connection))) {
        Set<String> tables = new HashSet<>();
        VerificationReport report = store.verify(f -> tables.add(f.table()), Progress.NONE);
        boolean allChecked = report.unverifiedRecords() == 0;
        boolean same = isAsWritten(store, allChecked);
        if (!report.isSound()) {
          return tables.equals(Set.of("database"))
              ? Outcome.REPORTED_BY_SQLITE_ALONE
              : Outcome.REPORTED;
        }
        if (!same) {
          return Outcome.MISSED;
        }
        return allChecked && report.unverifiedMetadata() == 0
            ? Outcome.HARMLESS
            : Outcome.COUNTED_AS_UNVERIFIED;
      } catch (StoreException e) {
        return Outcome.REPORTED_BY_SQLITE_ALONE;
      }
    }
  }

  /** Whatever is handed out with a checksum must be what was written there. */
  private boolean isAsWritten(SqliteStore store, boolean allChecked) {
    boolean same;
    try {
      same = Databases.list(store, "").equals(List.copyOf(written.keySet()));
    } catch (StoreException e) {
      same = false;
    }
    for (Map.Entry<String, List<StoreRecord>> document : written.entrySet()) {
      List<StoreRecord> expected = document.getValue();
      int read = 0;
      try (RecordCursor cursor = store.loadAll(document.getKey())) {
        while (cursor.hasNext()) {
          StoreRecord record = cursor.next();
          boolean right =
              cursor.seq() < expected.size() && record.equals(expected.get((int) cursor.seq()));
          assertThat(right || !allChecked).as("a record that passes for good").isTrue();
          same &= right;
          read++;
        }
      } catch (StoreException e) {
        same = false;
      }
      same &= read == expected.size();
    }
    return same;
  }

  /** What leaves no trace in what is left: docs/reliability.md lists it. */
  @Test
  void whatTheFormatCannotTell() throws IOException, SQLException {
    Path file = directory.resolve("lost.db");
    Files.write(file, database(0));

    Databases.run(file, "UPDATE kyneta_records SET crc32c = NULL WHERE seq = 3");
    assertThat(verify(file)).isEqualTo(new VerificationReport(2, 10, 2, 0, 0, 0));

    Databases.run(file, "DELETE FROM kyneta_records WHERE doc_id = 'a0' AND seq = 4");
    assertThat(verify(file)).isEqualTo(new VerificationReport(2, 9, 2, 0, 0, 0));

    Databases.run(
        file,
        "DELETE FROM kyneta_records WHERE doc_id = 'a0';"
            + " DELETE FROM kyneta_meta WHERE doc_id = 'a0'");
    assertThat(verify(file)).isEqualTo(new VerificationReport(1, 5, 1, 0, 0, 0));
  }

  private static VerificationReport verify(Path file) {
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT)) {
      return store.verify(finding -> {}, Progress.NONE);
    }
  }
}
