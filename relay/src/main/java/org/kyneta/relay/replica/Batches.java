package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds the batches in a payload of changes to a plain document, {@code [[operation, …], …]}, and
 * checks their outer shape. What an operation changes is not looked at: kinds of change that are
 * not known here pass.
 */
final class Batches {

  private Batches() {}

  /**
   * Returns the batches as they are written, those without operations left out: they do not count.
   *
   * @throws UnreadableException if the text is not an array of batches
   */
  static List<String> read(String text) throws UnreadableException {
    return JsonInput.batches(text, parser -> batches(parser, text));
  }

  /** Returns the payload of batches as they are written. */
  static String join(List<String> batches) {
    return "[" + String.join(",", batches) + "]";
  }

  private static List<String> batches(JsonParser parser, String text) throws UnreadableException {
    List<String> batches = new ArrayList<>();
    parser.nextToken();
    JsonInput.expect(parser, JsonToken.START_ARRAY, "an array of batches");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonInput.expect(parser, JsonToken.START_ARRAY, "a batch");
      int start = JsonInput.start(parser);
      boolean empty = true;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        operation(parser);
        empty = false;
      }
      if (!empty) {
        batches.add(text.substring(start, JsonInput.end(parser)));
      }
    }
    return batches;
  }

  private static void operation(JsonParser parser) throws UnreadableException {
    JsonInput.expect(parser, JsonToken.START_OBJECT, "an operation");
    boolean path = false;
    boolean change = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("path")) {
        JsonInput.expect(parser, JsonToken.START_ARRAY, "a path");
        path = true;
      } else if (name.equals("change")) {
        JsonInput.expect(parser, JsonToken.START_OBJECT, "a change");
        change = true;
      }
      parser.skipChildren();
    }
    if (!path || !change) {
      throw new UnreadableException(
          "expected an operation with a path and a change, found none before character "
              + JsonInput.end(parser));
    }
  }
}
