package org.kyneta.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Json;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * One round's command, as it stands on a line; {@code javascript/bench.mjs} says what each member
 * means.
 */
record Command(JsonObject json) {

  /** Reads a line. */
  static Command parse(String line) {
    return new Command(Json.parseObject(line));
  }

  /** Returns a command for a workload on a database. */
  static Command of(String workload, String place) {
    return new Command(new JsonObject(Map.of())).with("workload", workload).with("file", place);
  }

  Command with(String member, String value) {
    return with(member, new JsonString(value));
  }

  Command with(String member, long value) {
    return with(member, JsonNumber.of(value));
  }

  private Command with(String member, JsonValue value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
    members.put(member, value);
    return new Command(new JsonObject(members));
  }

  String text(String member) {
    return switch (json.members().get(member)) {
      case JsonString(String value) -> value;
      case null, default -> throw missing(member, "a string");
    };
  }

  String text(String member, String otherwise) {
    return has(member) ? text(member) : otherwise;
  }

  int number(String member) {
    return switch (json.members().get(member)) {
      case JsonNumber(String literal) -> Integer.parseInt(literal);
      case null, default -> throw missing(member, "a whole number");
    };
  }

  int number(String member, int otherwise) {
    return has(member) ? number(member) : otherwise;
  }

  boolean has(String member) {
    return json.members().containsKey(member);
  }

  private IllegalArgumentException missing(String member, String expected) {
    @Nullable JsonValue found = json.members().get(member);
    return new IllegalArgumentException(
        "command: expected %s as \"%s\", found %s"
            .formatted(expected, member, found == null ? "none" : found));
  }

  /** Returns the line. */
  @Override
  public String toString() {
    return json.toString();
  }
}
