package org.kyneta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.cli.Tool.run;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreRecord;

/** Backups while two other processes write as much as they can. */
class BackupBesideProcessesTest {

  private static final int SECONDS = 12;

  @TempDir private Path directory;

  @Test
  void backupsComeToAnEndAndAreSoundThoughOtherProcessesNeverRest() throws Exception {
    Path file = directory.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.append(Appender.SHARED, StoreRecord.meta(Appender.META));
      for (int i = 1; i <= 2_000; i++) {
        store.append(Appender.SHARED, Appender.entry("before", i));
      }
    }
    ChildJvm first = ChildJvm.start(Appender.class, List.of(), file, "p", SECONDS);
    ChildJvm second = ChildJvm.start(Appender.class, List.of(), file, "q", SECONDS);
    while (run("cat", file, "own/p").lines().size() < 2
        || run("cat", file, "own/q").lines().size() < 2) {
      Thread.onSpinWait();
    }
    Path early = directory.resolve("early.db");
    Path late = directory.resolve("late.db");
    long before = run("backup", file, early, "--json").done().number("records");
    run("backup", file, late, "--pages", 20, "--pause", 20).done();
    first.output();
    second.output();

    assertThat(run("verify", early, "--json").done().number("records")).isEqualTo(before);
    long after = run("verify", late, "--json").done().number("records");
    long all = run("verify", file, "--json").done().number("records");
    assertThat(after).isBetween(before, all);
    int shared = run("cat", early, Appender.SHARED).done().lines().size();
    assertThat(run("dump", early, Appender.SHARED, "--first", shared).done().out())
        .isEqualTo(run("dump", file, Appender.SHARED, "--first", shared).done().out());
  }
}
