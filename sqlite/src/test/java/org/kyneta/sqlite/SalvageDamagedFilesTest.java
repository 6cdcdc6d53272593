package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord;

/**
 * What is salvaged from files that were damaged in many ways is never wrong, and what is missing is
 * reported. {@code -Dkyneta.damagedFiles=1000} makes as many.
 */
class SalvageDamagedFilesTest {

  private static final int FILES = Integer.getInteger("kyneta.damagedFiles", 60);
  private static final int DOCUMENTS = 14;
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Map<String, List<StoreRecord>> written = new TreeMap<>();
  private final Map<Damage, Counts> counts = new TreeMap<>();

  private enum Damage {
    FLIPPED_BITS,
    ZEROED_PAGES,
    RANDOM_PAGES,
    TRUNCATED,
    SWAPPED_PAGES,
    HEADER,
    FIRST_PAGE
  }

  private static final class Counts {
    private int files;
    private int refused;
    private long written;
    private long salvaged;
    private long bySqlite;
    private long unverifiedWrong;

    @Override
    public String toString() {
      return "%d files (%d refused), %d of %d records, by SQLite's own scans %d, wrong without checksum %d"
          .formatted(files, refused, salvaged, written, bySqlite, unverifiedWrong);
    }
  }

  @Test
  void nothingThatCarriesAChecksumIsWrongAndNothingIsMissingUnreported()
      throws IOException, SQLException {
    for (int seed = 0; seed < FILES; seed++) {
      Damage damage = Damage.values()[seed % Damage.values().length];
      Counts count = counts.computeIfAbsent(damage, key -> new Counts());
      count.files++;
      Random random = new Random(seed);
      Path file = directory.resolve("damaged.db");
      Set<String> unverified = write(file, random);
      byte[] bytes = Files.readAllBytes(file);
      bytes = damaged(bytes, damage, random);
      Files.write(file, bytes);
      look(file, seed, count, unverified);
      assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
      count.bySqlite += readBySqlite(file);
      try (var files = Files.list(directory)) {
        for (Path left : files.toList()) {
          Files.delete(left);
        }
      }
    }
    counts.forEach((damage, count) -> System.out.println(damage + ": " + count));
    long salvaged = counts.values().stream().mapToLong(count -> count.salvaged).sum();
    assertThat(salvaged)
        .isGreaterThan(counts.values().stream().mapToLong(count -> count.written).sum() / 2);
  }

  /** Documents that were compacted and deleted leave old rows behind on free pages. */
  private Set<String> write(Path file, Random random) throws SQLException {
    written.clear();
    if (random.nextBoolean()) {
      Databases.run(file, "PRAGMA page_size = 512; VACUUM");
    }
    Format format = random.nextBoolean() ? Format.V1 : Format.V2;
    Set<String> unverified = new HashSet<>();
    try (SqliteStore store = SqliteStore.open(file, SqliteOptions.DEFAULT.withFormat(format))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        String docId = "doc/" + i;
        if (random.nextInt(3) == 0) {
          store.replace(docId, records(random, 1 + random.nextInt(60)));
        }
        if (random.nextInt(6) == 0) {
          store.replace("gone/" + i, records(random, 1 + random.nextInt(40)));
          store.delete("gone/" + i);
        }
        List<StoreRecord> records = records(random, 1 + random.nextInt(60));
        store.replace(docId, records);
        written.put(docId, records);
        if (random.nextInt(6) == 0) {
          unverified.add(docId);
        }
      }
    }
    for (String docId : unverified) {
      Databases.run(
          file, "UPDATE kyneta_records SET crc32c = NULL WHERE doc_id = '%s'".formatted(docId));
    }
    return unverified;
  }

  private static List<StoreRecord> records(Random random, int entries) {
    List<StoreRecord> records = new ArrayList<>();
    records.add(StoreRecord.meta(Databases.META));
    for (int i = 1; i <= entries; i++) {
      byte[] data = new byte[random.nextInt(20) == 0 ? random.nextInt(9_000) : random.nextInt(60)];
      random.nextBytes(data);
      records.add(StoreRecord.entry(Payload.binary(Kind.SINCE, data), Integer.toString(i)));
    }
    return records;
  }

  private static byte[] damaged(byte[] bytes, Damage damage, Random random) {
    int pageSize = TreePage.u16(bytes, 16);
    int pages = bytes.length / pageSize;
    int some = 1 + random.nextInt(3);
    switch (damage) {
      case FLIPPED_BITS -> {
        for (int i = 0; i < some * some * some; i++) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case ZEROED_PAGES -> {
        for (int i = 0; i < some; i++) {
          int from = random.nextInt(pages) * pageSize;
          Arrays.fill(bytes, from, from + pageSize, (byte) 0);
        }
      }
      case RANDOM_PAGES -> {
        for (int i = 0; i < some; i++) {
          byte[] page = new byte[pageSize];
          random.nextBytes(page);
          System.arraycopy(page, 0, bytes, random.nextInt(pages) * pageSize, pageSize);
        }
      }
      case TRUNCATED -> {
        return Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
      }
      case SWAPPED_PAGES -> {
        int one = random.nextInt(pages) * pageSize;
        int other = random.nextInt(pages) * pageSize;
        byte[] page = Arrays.copyOfRange(bytes, one, one + pageSize);
        System.arraycopy(bytes, other, bytes, one, pageSize);
        System.arraycopy(page, 0, bytes, other, pageSize);
      }
      case HEADER -> {
        byte[] header = new byte[100];
        random.nextBytes(header);
        System.arraycopy(header, 0, bytes, 0, header.length);
      }
      case FIRST_PAGE -> Arrays.fill(bytes, 0, pageSize, (byte) 0);
    }
    return bytes;
  }

  private void look(Path file, int seed, Counts count, Set<String> unverified) {
    Path target = directory.resolve("new.db");
    Map<String, SalvagedDocument> reported = new HashMap<>();
    count.written += written.values().stream().mapToInt(List::size).sum();
    SalvageReport report;
    try {
      report =
          assertTimeoutPreemptively(
              LONGEST,
              () ->
                  SqliteRepair.salvage(
                      file,
                      target,
                      SqliteOptions.DEFAULT,
                      document -> reported.put(document.docId(), document),
                      Progress.NONE));
    } catch (IncompatibleFormatException e) {
      count.refused++;
      return;
    }
    try (SqliteStore store = SqliteStore.open(target)) {
      assertThat(Databases.list(store, "")).isSubsetOf(written.keySet());
      written.forEach((docId, expected) -> {
        List<StoreRecord> found = Databases.load(store, docId);
        String where = "seed %d, document %s".formatted(seed, docId);
        boolean right =
            found.size() <= expected.size() && found.equals(expected.subList(0, found.size()));
        if (right) {
          count.salvaged += found.size();
        } else {
          count.unverifiedWrong++;
          assertThat(unverified).as(where + " is wrong").contains(docId);
        }
        if (found.size() < expected.size()) {
          boolean told = reported.containsKey(docId) || (found.isEmpty() && report.maybeUnnamed());
          assertThat(told).as(where + " lacks records and is not reported").isTrue();
        }
      });
    }
  }

  /**
   * Returns how many records, the first ones of documents, SQLite reads right until it fails, from
   * the beginning and from the end.
   */
  private long readBySqlite(Path file) {
    Set<String> right = new HashSet<>();
    for (String order : List.of("ASC", "DESC")) {
      try (Connection connection = Databases.connect(file);
          PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT doc_id, seq, kind, payload, blob FROM kyneta_records ORDER BY"
                      + " doc_id %1$s, seq %1$s".formatted(order));
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (isRight(rows)) {
            right.add(rows.getString(1) + "|" + rows.getLong(2));
          }
        }
      } catch (SQLException e) {
        // Here SQLite stops.
      }
    }
    long count = 0;
    for (Map.Entry<String, List<StoreRecord>> document : written.entrySet()) {
      int seq = 0;
      while (seq < document.getValue().size() && right.contains(document.getKey() + "|" + seq)) {
        seq++;
      }
      count += seq;
    }
    return count;
  }

  private boolean isRight(ResultSet rows) throws SQLException {
    List<StoreRecord> expected = written.get(String.valueOf(rows.getString(1)));
    long seq = rows.getLong(2);
    byte[] payload = rows.getBytes(4);
    if (expected == null || seq < 0 || seq >= expected.size() || payload == null) {
      return false;
    }
    for (Format format : Format.values()) {
      try {
        StoreRecord record =
            new RowCodec(format, TableNames.DEFAULT)
                .decode("", seq, String.valueOf(rows.getString(3)), payload, rows.getBytes(5));
        if (record.equals(expected.get((int) seq))) {
          return true;
        }
      } catch (CorruptDataException e) {
        // It is not right.
      }
    }
    return false;
  }
}
