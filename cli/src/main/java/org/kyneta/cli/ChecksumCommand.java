package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.kyneta.relay.Lease;
import org.kyneta.sqlite.ChecksumReport;
import org.kyneta.sqlite.ChecksumReport.Mode;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteRepair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives rows of the JavaScript store their checksums. */
@Command(
    name = "checksum",
    header = "Give the rows that have no checksum one, after checking what can be checked.",
    description = {
      "",
      "The JavaScript store writes rows without a checksum; verify counts them as unverified. Each "
          + "is checked as verify does, and given one only if nothing is wrong with it and no record "
          + "is missing before it. What is damaged is named and left without. A checksum says that "
          + "a row has not changed since it got it, not that it was right before.",
      "",
      "The table gets a column that the JavaScript store neither reads nor writes. It is done in "
          + "steps: ended early, the command goes on where it was when it is called again. No relay "
          + "may serve the file meanwhile.",
      "",
      "Exits with 1 if something damaged was found."
    },
    footer = {"", "Example: kyneta checksum store.db --dry-run"})
final class ChecksumCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(names = "--dry-run", description = "Check and count, and change nothing.")
  private boolean dryRun;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    StoreFile file = store.file("in a database, kyneta copy writes rows that have one");
    Findings findings = new Findings(out(), json);
    ChecksumReport report;
    if (dryRun || !Files.isRegularFile(file.path())) {
      report = addChecksums(file, findings);
    } else {
      // What is no store gets no lease beside it.
      boolean _ = file.isStore(SqliteOptions.DEFAULT.withTables(store.tables()));
      try (Lease _ = file.lease("checksum")) {
        report = addChecksums(file, findings);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    findings.end();
    print(report);
    return report.isSound() ? Kyneta.DONE : Kyneta.FAILED;
  }

  private ChecksumReport addChecksums(StoreFile file, Findings findings) {
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(store.tables());
    try (ProgressLine progress = progress("checksum", "records")) {
      return SqliteRepair.addChecksums(
          file.path(), options, dryRun ? Mode.DRY_RUN : Mode.WRITE, findings, progress);
    }
  }

  private void print(ChecksumReport report) {
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("dryRun", dryRun)
                  .put("records", report.records())
                  .put("documents", report.documents())
                  .put("recordsGiven", report.recordsGiven())
                  .put("documentsGiven", report.documentsGiven())
                  .put("recordsWithout", report.recordsWithout())
                  .put("documentsWithout", report.documentsWithout())
                  .put("errors", report.errors())
                  .toJson());
      return;
    }
    out()
        .line(
            "%s %s checksums: %s, %s of the metadata index"
                .formatted(
                    Shown.line(store.location().toString()),
                    dryRun ? "would be given" : "was given",
                    Shown.count(report.recordsGiven(), "record"),
                    Shown.count(report.documentsGiven(), "row")));
    out()
        .line(
            "  left without one: %s, %s of the metadata index; %s"
                .formatted(
                    Shown.count(report.recordsWithout(), "record"),
                    Shown.count(report.documentsWithout(), "row"),
                    Shown.count(report.errors(), "error")));
  }
}
