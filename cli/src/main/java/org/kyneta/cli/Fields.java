package org.kyneta.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** A JSON object that is put together member by member. */
final class Fields {

  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  Fields put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  Fields put(String name, @Nullable String value) {
    return put(name, value == null ? JsonLiteral.NULL : new JsonString(value));
  }

  Fields put(String name, long value) {
    return put(name, JsonNumber.of(value));
  }

  Fields put(String name, boolean value) {
    return put(name, value ? JsonLiteral.TRUE : JsonLiteral.FALSE);
  }

  JsonObject toJson() {
    return new JsonObject(members);
  }
}
