package org.kyneta.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON text into values.
 *
 * <p>Text is read as {@code JSON.parse} reads it: of members with the same name the last one wins,
 * and unpaired surrogates are kept. Nesting is limited to {@link JsonValue#DEEPEST} levels and a
 * number to {@link JsonValue#LONGEST_NUMBER} characters, so that no text can exhaust the stack or
 * the processor.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonValue.DEEPEST)
                  .maxNumberLength(JsonValue.LONGEST_NUMBER)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private Json() {}

  /**
   * Reads one value, which must be the whole text.
   *
   * @throws IllegalArgumentException if the text is not JSON, or beyond the limits; the message
   *     says what is wrong and where, without quoting the text
   */
  public static JsonValue parse(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("expected JSON, found an empty text");
      }
      JsonValue value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "expected the end of the JSON text, found more at character "
                + parser.currentTokenLocation().getCharOffset());
      }
      return value;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /**
   * Reads one object, which must be the whole text.
   *
   * @throws IllegalArgumentException if the text is not JSON, beyond the limits, or not an object
   */
  public static JsonObject parseObject(String text) {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("expected a JSON object, found another value");
  }

  private static IllegalArgumentException malformed(JacksonException e) {
    long at = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
    String where = at < 0 ? "" : " at character " + at;
    return new IllegalArgumentException(
        "expected JSON, found a mistake%s (%s)".formatted(where, e.getClass().getSimpleName()));
  }

  private static JsonValue value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> JsonLiteral.TRUE;
      case VALUE_FALSE -> JsonLiteral.FALSE;
      case VALUE_NULL -> JsonLiteral.NULL;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalArgumentException("expected a JSON value, found something else");
    };
  }

  private static JsonObject object(JsonParser parser) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return new JsonObject(members);
  }

  private static JsonArray array(JsonParser parser) {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return new JsonArray(elements);
  }
}
