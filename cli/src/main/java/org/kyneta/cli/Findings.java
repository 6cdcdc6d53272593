package org.kyneta.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.kyneta.sql.Finding;
import org.kyneta.sql.Finding.Severity;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;

/** Prints what is found in a store: errors at once, notes at the end and not too many of them. */
final class Findings implements Consumer<Finding> {

  private static final int NOTES_KEPT = 1_000;

  private final Output out;
  private final boolean json;
  private final List<Finding> notes = new ArrayList<>();
  private long allNotes;

  Findings(Output out, JsonOption json) {
    this.out = out;
    this.json = json.isOn();
  }

  @Override
  public void accept(Finding finding) {
    if (json) {
      out.line(toJson(finding));
    } else if (finding.severity() == Severity.ERROR) {
      out.line(Shown.line(finding.toString()));
    } else {
      allNotes++;
      if (notes.size() < NOTES_KEPT) {
        notes.add(finding);
      }
    }
  }

  /** Prints the notes for people. */
  void end() {
    notes.forEach(note -> out.line(Shown.line(note.toString())));
    if (allNotes > notes.size()) {
      out.line(
          "note: and %s (--json lists all)"
              .formatted(Shown.count(allNotes - notes.size(), "more note")));
    }
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
}
