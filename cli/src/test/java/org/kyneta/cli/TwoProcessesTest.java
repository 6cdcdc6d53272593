package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/**
 * Two processes that append to the same and to different documents of one file, for as many seconds
 * as the property {@code kyneta.twoProcesses.seconds} says, with full durability.
 */
class TwoProcessesTest {

  private static final int RECORDS_A_MINUTE = 20_000;

  @TempDir private Path directory;

  /** How far a writer says that it has come. */
  private record Claim(String document, String writer, int last, int slowestMillis) {

    static Claim parse(String line) {
      String[] words = line.split(" ", -1);
      return new Claim(words[0], words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
    }
  }

  @Test
  void nothingIsLostDoubledOrOutOfOrder() throws Exception {
    long seconds = Long.getLong("kyneta.twoProcesses.seconds", 10);
    Path file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append(Appender.SHARED, StoreRecord.meta(Appender.META));
    }
    List<ChildJvm> processes = new ArrayList<>();
    for (String name : new String[] {"p", "q"}) {
      processes.add(ChildJvm.start(Appender.class, List.of(), file, name, seconds));
    }
    List<Claim> claims = new ArrayList<>();
    for (ChildJvm process : processes) {
      process.output().lines().map(Claim::parse).forEach(claims::add);
    }
    assertThat(claims).hasSize(6).allMatch(claim -> claim.last > 0);

    long total = claims.stream().mapToLong(Claim::last).sum();
    System.out.printf(
        "two processes appended %,d records in %d s, each on the disk when it was appended;"
            + " the slowest append took %d ms%n",
        total, seconds, claims.stream().mapToInt(Claim::slowestMillis).max().orElse(0));
    assertThat(total).isGreaterThanOrEqualTo(RECORDS_A_MINUTE * seconds / 60);
    try (SqliteStore store = SqliteStore.open(file)) {
      for (String document : new String[] {Appender.SHARED, "own/p", "own/q"}) {
        assertHolds(store, document, claims);
      }
    }
    assertThat(run("verify", file, "--json").done().number("records")).isEqualTo(total + 3);
  }

  private static void assertHolds(SqliteStore store, String document, List<Claim> claims) {
    Map<String, Integer> expected = new HashMap<>();
    for (Claim claim : claims) {
      if (claim.document.equals(document)) {
        expected.put(claim.writer, claim.last);
      }
    }
    Map<String, Integer> found = new HashMap<>();
    try (RecordCursor records = store.loadAll(document)) {
      assertThat(records.next()).isEqualTo(StoreRecord.meta(Appender.META));
      for (long seq = 1; records.hasNext(); seq++) {
        Entry entry = (Entry) records.next();
        assertThat(records.seq()).isEqualTo(seq);
        String version = entry.version();
        String writer = version.substring(0, version.indexOf(':'));
        int number = found.merge(writer, 1, Integer::sum);
        assertThat(entry).isEqualTo(Appender.entry(writer, number));
      }
    }
    assertThat(found).isEqualTo(expected);
  }
}
