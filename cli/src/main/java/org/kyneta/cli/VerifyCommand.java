package org.kyneta.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.sql.VerificationReport;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks a whole store. */
@Command(
    name = "verify",
    header = "Check a whole store, and say what is wrong and where.",
    description = {
      "",
      "Goes through every checksum, every rule of the contract, and for a file SQLite's own "
          + "integrity check. An error is something damaged, lost or against a rule; a note is something "
          + "unusual. Rows without a checksum, as the JavaScript store writes them, are counted as "
          + "unverified: their content is checked as far as it can be.",
      "",
      "Exits with 1 if there is an error, whatever the notes. With --json a line is a finding, and "
          + "the last one the report. Nothing is created or changed."
    })
final class VerifyCommand extends Subcommand {

  private static final int NOTES_KEPT = 1_000;

  @Mixin private final StoreArgument store = new StoreArgument();

  @Mixin private final JsonOption json = new JsonOption();

  private final List<Finding> notes = new ArrayList<>();

  @Override
  int run() {
    VerificationReport report;
    try (OpenStore opened = store.openToLook();
        ProgressLine progress = progress("verify", "records")) {
      report = opened.store().verify(this::take, progress);
    }
    if (json.isOn()) {
      out().line(toJson(report));
    } else {
      print(report);
    }
    return report.isSound() ? Kyneta.DONE : Kyneta.FAILED;
  }

  private void take(Finding finding) {
    if (json.isOn()) {
      out().line(toJson(finding));
    } else if (finding.severity() == Severity.ERROR) {
      out().line(Shown.line(finding.toString()));
    } else if (notes.size() < NOTES_KEPT) {
      notes.add(finding);
    }
  }

  private void print(VerificationReport report) {
    notes.forEach(note -> out().line(Shown.line(note.toString())));
    if (report.notes() > notes.size()) {
      out()
          .line(
              "note: and %s (--json lists all)"
                  .formatted(Shown.count(report.notes() - notes.size(), "more note")));
    }
    out()
        .line(
            "%s: %s, %s"
                .formatted(
                    report.isSound() ? "sound" : "NOT SOUND",
                    Shown.count(report.documents(), "document"),
                    Shown.count(report.records(), "record")));
    out()
        .line(
            "  %s, %s"
                .formatted(
                    Shown.count(report.errors(), "error"), Shown.count(report.notes(), "note")));
    out()
        .line(
            "  unverified, for lack of a checksum: %s, %s of the metadata index"
                .formatted(
                    Shown.count(report.unverifiedRecords(), "record"),
                    Shown.count(report.unverifiedMetadata(), "row")));
  }

  private static JsonObject toJson(Finding finding) {
    Long seq = finding.seq();
    return new Fields()
        .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
        .put("table", finding.table())
        .put("docId", finding.docId())
        .put("seq", seq == null ? JsonLiteral.NULL : JsonNumber.of(seq))
        .put("problem", finding.problem())
        .toJson();
  }

  private static JsonObject toJson(VerificationReport report) {
    return new Fields()
        .put("sound", report.isSound())
        .put("documents", report.documents())
        .put("records", report.records())
        .put("unverifiedRecords", report.unverifiedRecords())
        .put("unverifiedMetadata", report.unverifiedMetadata())
        .put("errors", report.errors())
        .put("notes", report.notes())
        .toJson();
  }
}
