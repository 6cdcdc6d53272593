package org.kyneta.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.kyneta.sql.Progress;
import org.kyneta.sql.StoreStatistics;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.BackupOptions;
import org.kyneta.sqlite.BackupOptions.Damaged;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies the database of a store while it is in use. */
@Command(
    name = "backup",
    header = "Copy the whole database into a new file, while others write.",
    description = {
      "",
      "The copy is the state of one moment, other tables in the database included, however much is "
          + "written meanwhile; writers do not wait. It is verified, as verify does, and on the disk "
          + "before it gets its name; a failed backup leaves nothing behind. A file that exists is "
          + "never replaced.",
      "",
      "--pause makes it slower, to leave the disk to others. The log beside STORE grows by what "
          + "is written until the copy is made."
    },
    footer = {"", "Example: kyneta backup store.db backups/monday.db --pause 20"})
final class BackupCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Parameters(index = "1", paramLabel = "FILE", description = "The new file.")
  @SuppressWarnings("NullAway.Init")
  private Path target;

  @Option(
      names = "--pause",
      paramLabel = "MS",
      description = "How long to pause after every step, in milliseconds; by default not at all.")
  private long pause;

  @Option(
      names = "--pages",
      paramLabel = "N",
      description = "How many pages of the copy a step writes, about; 256 by default.")
  private int pages = BackupOptions.DEFAULT.pagesPerStep();

  @Option(
      names = "--even-damaged",
      description =
          "Keep a copy in which damaged records were found, as they are in STORE; the exit code "
              + "is 1 all the same.")
  private boolean evenDamaged;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    StoreFile file = store.file("for a database there is pg_dump, and kyneta copy into a file");
    BackupOptions backup = backupOptions();
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(store.tables());
    VerificationReport report;
    StoreStatistics copy;
    try (SqliteStore opened = SqliteStore.openReadOnly(file.path(), options);
        ProgressLine progress = progress("backup", "bytes")) {
      report = opened.backupTo(target, backup, progress);
    }
    try (SqliteStore opened = SqliteStore.openReadOnly(target, options)) {
      copy = opened.statistics(/* largest= */ 0, Progress.NONE);
    }
    print(report, copy);
    return report.isSound() ? Kyneta.DONE : Kyneta.FAILED;
  }

  private BackupOptions backupOptions() {
    try {
      return BackupOptions.DEFAULT
          .withPause(pages, Duration.ofMillis(pause))
          .withDamaged(evenDamaged ? Damaged.KEEP : Damaged.REFUSE);
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private void print(VerificationReport report, StoreStatistics copy) {
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("file", target.toString())
                  .put("bytes", copy.databaseBytes())
                  .put("documents", report.documents())
                  .put("records", report.records())
                  .put("unverifiedRecords", report.unverifiedRecords())
                  .put("errors", report.errors())
                  .toJson());
      return;
    }
    out()
        .line(
            "%s: %s, %s, %s, %s"
                .formatted(
                    Shown.line(target.toString()),
                    Shown.bytes(copy.databaseBytes()),
                    Shown.count(report.documents(), "document"),
                    Shown.count(report.records(), "record"),
                    report.isSound()
                        ? "verified"
                        : "NOT SOUND (%s)".formatted(Shown.count(report.errors(), "error"))));
    if (report.unverifiedRecords() > 0) {
      out()
          .line(
              "  %s without a checksum: kyneta checksum gives them one"
                  .formatted(Shown.count(report.unverifiedRecords(), "record")));
    }
  }
}
