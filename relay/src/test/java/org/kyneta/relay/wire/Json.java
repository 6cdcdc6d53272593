package org.kyneta.relay.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON, and what is read like it, into lists and maps. */
final class Json {

  private Json() {}

  static Map<String, Object> parse(String json) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      return map(parser);
    }
  }

  /** Reads a map in another form than text. */
  static Map<String, Object> parse(TokenStreamFactory form, byte[] bytes) {
    try (JsonParser parser = form.createParser(ObjectReadContext.empty(), bytes)) {
      return map(parser);
    }
  }

  private static Map<String, Object> map(JsonParser parser) {
    parser.nextToken();
    @SuppressWarnings("unchecked")
    Map<String, Object> map = (Map<String, Object>) value(parser);
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("expected nothing after the map");
    }
    return map;
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
      default -> throw new IllegalArgumentException("unexpected " + parser.currentToken());
    };
  }
}
