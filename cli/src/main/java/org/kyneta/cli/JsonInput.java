package org.kyneta.cli;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON text that is read token by token, with what is expected where.
 *
 * <p>Bytes that are not UTF-8 and objects that name a member twice are refused: reading them some
 * way would be a guess.
 */
final class JsonInput implements AutoCloseable {

  /**
   * The longest string, in characters: what is read of one is in memory in several forms at a time.
   */
  private static final int LONGEST_STRING =
      (int) Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 6);

  /** The most values within one object that is kept whole. */
  private static final long MOST_VALUES = Runtime.getRuntime().maxMemory() / 512;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonValue.DEEPEST)
                  .maxNumberLength(JsonValue.LONGEST_NUMBER)
                  .maxNameLength(LONGEST_STRING)
                  .maxStringLength(LONGEST_STRING)
                  .build())
          .build();

  private final JsonParser parser;
  private long values;

  JsonInput(InputStream in) {
    // Jackson's own decoder lets some bytes pass that are not UTF-8.
    this.parser =
        FACTORY.createParser(
            ObjectReadContext.empty(),
            new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  /** Goes to the next token, null at the end. */
  @Nullable JsonToken next() {
    return parsed(parser::nextToken);
  }

  boolean isAt(JsonToken token) {
    return parser.currentToken() == token;
  }

  /** Goes to the next token, which must be a certain one. */
  void expect(JsonToken expected, String what) {
    if (next() != expected) {
      throw unexpected(what);
    }
  }

  /** Goes to the next member and returns its name; null at the object's end. */
  @Nullable String nextMember() {
    return next() == JsonToken.PROPERTY_NAME ? parser.currentName() : null;
  }

  /** Reads the next token, which must be a string. */
  String string(String what) {
    expect(JsonToken.VALUE_STRING, what + " to be a string");
    return parsed(parser::getString);
  }

  /** Reads the next value, which must be an object. */
  JsonObject object(String what) {
    expect(JsonToken.START_OBJECT, what + " to be an object");
    values = 0;
    return parsed(this::objectHere);
  }

  /** Returns the exception for a token that is not what it must be. */
  BadLineException unexpected(String expected) {
    JsonToken found = parser.currentToken();
    if (found == null) {
      return new BadLineException("expected %s, found the end of the line".formatted(expected));
    }
    return new BadLineException(
        "expected %s, found %s at character %d"
            .formatted(
                expected, inWords(found), parser.currentTokenLocation().getCharOffset() + 1));
  }

  private static String inWords(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case END_OBJECT -> "the end of the object";
      case START_ARRAY -> "an array";
      case END_ARRAY -> "the end of the array";
      case PROPERTY_NAME -> "a member";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> token.asString();
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
    };
  }

  private <T extends @Nullable Object> T parsed(Supplier<T> step) {
    try {
      return step.get();
    } catch (JacksonIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new BadLineException("expected UTF-8, found other bytes", e);
      }
      throw new Failure("standard input: " + Failures.describe(Failures.causeOf(e)), e);
    } catch (JacksonException e) {
      throw new BadLineException(
          "expected JSON, found a mistake at character %d (%s)"
              .formatted(parser.currentLocation().getCharOffset() + 1, e.getOriginalMessage()),
          e);
    }
  }

  private JsonValue valueHere() {
    if (++values > MOST_VALUES) {
      throw new BadLineException(
          "expected an object of at most %d values, found more".formatted(MOST_VALUES));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> objectHere();
      case START_ARRAY -> arrayHere();
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> JsonLiteral.TRUE;
      case VALUE_FALSE -> JsonLiteral.FALSE;
      case VALUE_NULL -> JsonLiteral.NULL;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw unexpected("a JSON value");
    };
  }

  private JsonObject objectHere() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, valueHere());
    }
    return new JsonObject(members);
  }

  private JsonArray arrayHere() {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(valueHere());
    }
    return new JsonArray(elements);
  }

  @Override
  public void close() {
    parser.close();
  }
}
