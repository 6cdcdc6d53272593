package org.kyneta.relay.replica;

import java.util.HexFormat;
import org.kyneta.store.Payload;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON text that came from a peer or from a store. */
final class JsonInput {

  /** The deepest nesting that an image may have, so that none can exhaust the stack. */
  static final int DEEPEST_IMAGE = 1_000;

  /** The deepest nesting of batches, so that no path and value together make too deep an image. */
  static final int DEEPEST_BATCHES = 500;

  private static final JsonFactory IMAGES = factory(DEEPEST_IMAGE);
  private static final JsonFactory BATCHES = factory(DEEPEST_BATCHES);

  /** What is done with the tokens of one text; the parser stands before the first. */
  interface Reading<T> {
    T read(JsonParser parser) throws UnreadableException;
  }

  private JsonInput() {}

  /**
   * Returns a payload's JSON text, in which unpaired surrogates are escaped: they mean the same,
   * and survive every encoding.
   *
   * @throws UnreadableException if the payload is not text in JSON encoding
   */
  static String text(Payload payload) throws UnreadableException {
    if (payload.encoding() != Payload.Encoding.JSON
        || !(payload.data() instanceof Payload.Text data)) {
      throw new UnreadableException(
          "expected text in JSON encoding, found " + payload.data() + " as " + payload.encoding());
    }
    return escapeUnpaired(data.text());
  }

  /** Reads all of an image. */
  static <T> T image(String text, Reading<T> reading) throws UnreadableException {
    return read(IMAGES, text, reading);
  }

  /** Reads all of a payload of batches. */
  static <T> T batches(String text, Reading<T> reading) throws UnreadableException {
    return read(BATCHES, text, reading);
  }

  private static <T> T read(JsonFactory factory, String text, Reading<T> reading)
      throws UnreadableException {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      T result = reading.read(parser);
      if (parser.nextToken() != null) {
        throw new UnreadableException("expected the end of the JSON text" + at(parser));
      }
      return result;
    } catch (StreamConstraintsException tooDeep) {
      throw new UnreadableException(
          "expected JSON of at most %d levels, found more"
              .formatted(factory.streamReadConstraints().getMaxNestingDepth()));
    } catch (JacksonException broken) {
      // Its message would show a part of the payload.
      throw new UnreadableException(
          "expected JSON, found none at character " + offset(broken.getLocation()));
    }
  }

  /** Checks that the current token is the one that {@code what} begins with. */
  static void expect(JsonParser parser, JsonToken token, String what) throws UnreadableException {
    if (parser.currentToken() != token) {
      throw new UnreadableException(
          "expected " + what + ", found " + parser.currentToken() + at(parser));
    }
  }

  /** Goes to the end of the value that the current token begins, and returns it as written. */
  static String rawValue(JsonParser parser, String text) {
    int from = offset(parser.currentTokenLocation());
    parser.skipChildren();
    return text.substring(from, end(parser));
  }

  /** Returns the position of the current token. */
  static int start(JsonParser parser) {
    return offset(parser.currentTokenLocation());
  }

  /** Returns the position after the current token. */
  static int end(JsonParser parser) {
    parser.finishToken();
    return offset(parser.currentLocation());
  }

  private static String at(JsonParser parser) {
    return " at character " + start(parser);
  }

  private static int offset(TokenStreamLocation location) {
    return Math.toIntExact(location.getCharOffset());
  }

  /** Names are not shared between payloads: whoever can choose them could fill the table. */
  private static JsonFactory factory(int deepest) {
    return JsonFactory.builder()
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(deepest)
                .maxNameLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  private static String escapeUnpaired(String text) {
    int from = unpaired(text, 0);
    if (from < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    int written = 0;
    for (int i = from; i >= 0; i = unpaired(text, i + 1)) {
      out.append(text, written, i).append("\\u").append(HexFormat.of().toHexDigits(text.charAt(i)));
      written = i + 1;
    }
    return out.append(text, written, text.length()).toString();
  }

  private static int unpaired(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
