package org.kyneta.sqlite;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** What a salvage reports, as JSON. */
final class SalvageJson {

  private SalvageJson() {}

  static JsonObject of(SalvagedDocument document) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    String problem = document.problem();
    members.put("docId", new JsonString(document.docId()));
    members.put("state", new JsonString(document.state().name().toLowerCase(Locale.ROOT)));
    members.put("records", JsonNumber.of(document.records()));
    members.put("problem", problem == null ? JsonLiteral.NULL : new JsonString(problem));
    members.put("beyond", JsonNumber.of(document.beyond()));
    return new JsonObject(members);
  }

  static JsonObject of(SalvageReport report) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("isWhole", report.isWhole() ? JsonLiteral.TRUE : JsonLiteral.FALSE);
    members.put("format", JsonNumber.of(report.format().number()));
    members.put("whole", JsonNumber.of(report.whole()));
    members.put("cut", JsonNumber.of(report.cut()));
    members.put("endUnknown", JsonNumber.of(report.endUnknown()));
    members.put("lost", JsonNumber.of(report.lost()));
    members.put("records", JsonNumber.of(report.records()));
    members.put("unverifiedRecords", JsonNumber.of(report.unverifiedRecords()));
    members.put("beyond", JsonNumber.of(report.beyond()));
    members.put("maybeUnnamed", report.maybeUnnamed() ? JsonLiteral.TRUE : JsonLiteral.FALSE);
    members.put(
        "notes", new JsonArray(report.notes().stream().<JsonValue>map(JsonString::new).toList()));
    return new JsonObject(members);
  }
}
