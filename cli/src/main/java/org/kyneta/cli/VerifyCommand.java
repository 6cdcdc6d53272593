package org.kyneta.cli;

import org.kyneta.sql.VerificationReport;
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

  @Mixin private final StoreArgument store = new StoreArgument();

  @Mixin private final JsonOption json = new JsonOption();

  @Override
  int run() {
    Findings findings = new Findings(out(), json);
    VerificationReport report;
    try (OpenStore opened = store.openToLook();
        ProgressLine progress = progress("verify", "records")) {
      report = opened.store().verify(findings, progress);
    }
    if (json.isOn()) {
      out().line(toJson(report));
    } else {
      findings.end();
      print(report);
    }
    return report.isSound() ? Kyneta.DONE : Kyneta.FAILED;
  }

  private void print(VerificationReport report) {
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
