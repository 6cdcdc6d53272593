package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.kyneta.relay.Lease;
import org.kyneta.sqlite.SalvageReport;
import org.kyneta.sqlite.SalvagedDocument;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteRepair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings what can be read of a damaged file into a new one. */
@Command(
    name = "salvage",
    header = "Bring what can be read of a damaged SQLite file into a new store.",
    description = {
      "",
      "For the worst day, when there is no backup: broken pages and rows, lost metadata, a lost "
          + "header or end are passed over, and what stands on the pages of STORE is put together. A record "
          + "that carries a checksum is taken only if it holds. Of a document in the middle of "
          + "which something is missing, what comes before that is kept.",
      "",
      "Each document that is not whole is printed: cut, with an unknown end (more may have followed "
          + "where a page is lost), or lost. The same stands in a report beside the new store, "
          + "NEW.salvage.jsonl, which is the only mark of what it lacks: keep them together.",
      "",
      "STORE is only read; nobody may have it open. Leave its -wal file where it is. Other tables "
          + "of STORE are not brought over.",
      "",
      "Exits with 1 if anything is missing or may be."
    },
    footer = {"", "Example: kyneta salvage broken.db --into salvaged.db"})
final class SalvageCommand extends Subcommand {

  @Mixin private final StoreArgument store = new StoreArgument();

  @Option(names = "--into", required = true, paramLabel = "NEW", description = "The new file.")
  @SuppressWarnings("NullAway.Init")
  private Path target;

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    StoreFile file = store.file("a database server has backups of its own");
    Path folder = file.path().toAbsolutePath().getParent();
    SalvageReport report;
    if (Files.isRegularFile(file.path()) && folder != null && Files.isWritable(folder)) {
      try (Lease _ = file.lease("salvage")) {
        report = salvage(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      // Where nothing can be written nobody serves the file either.
      report = salvage(file);
    }
    if (json.isOn()) {
      printReport();
    } else {
      print(report);
    }
    return report.isWhole() ? Kyneta.DONE : Kyneta.FAILED;
  }

  private SalvageReport salvage(StoreFile file) {
    SqliteOptions options = SqliteOptions.DEFAULT.withTables(store.tables());
    try (ProgressLine progress = progress("salvage", "records")) {
      return SqliteRepair.salvage(file.path(), target, options, this::take, progress);
    }
  }

  private void take(SalvagedDocument document) {
    if (json.isOn()) {
      return;
    }
    String state =
        switch (document.state()) {
          case WHOLE -> "whole";
          case CUT -> "cut";
          case END_UNKNOWN -> "end unknown";
          case LOST -> "lost";
        };
    String beyond =
        document.beyond() == 0
            ? ""
            : "; %s found behind that and left out"
                .formatted(Shown.count(document.beyond(), "record"));
    out()
        .line(
            Shown.line(
                "%s: document %s, %s kept: %s%s"
                    .formatted(
                        state,
                        Shown.id(document.docId()),
                        Shown.count(document.records(), "record"),
                        document.problem(),
                        beyond)));
  }

  /** The report's file has what programs want to know. */
  private void printReport() {
    try (Stream<String> lines = Files.lines(SqliteRepair.reportOf(target))) {
      lines.forEach(line -> out().line(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(SalvageReport report) {
    report.notes().forEach(note -> out().line(Shown.line("note: " + note)));
    out()
        .line(
            "%s: %s whole, %s cut, %s with an unknown end, %s lost; %s"
                .formatted(
                    Shown.line(target.toString()),
                    Shown.count(report.whole(), "document"),
                    Shown.number(report.cut()),
                    Shown.number(report.endUnknown()),
                    Shown.number(report.lost()),
                    Shown.count(report.records(), "record")));
    if (report.maybeUnnamed()) {
      out().line("  there may have been documents of which not even the name was found");
    }
    if (report.unverifiedRecords() > 0) {
      out()
          .line(
              "  %s without a checksum: they can be read, and may be wrong all the same"
                  .formatted(Shown.count(report.unverifiedRecords(), "record")));
    }
    out().line("  report: %s".formatted(Shown.line(SqliteRepair.reportOf(target).toString())));
  }
}
