package org.kyneta.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An immutable JSON value that keeps what a metadata member was written as: members in their order,
 * numbers by their digits, text with unpaired surrogates.
 *
 * <p>Equality is of meaning: the order of an object's members does not matter, and {@code 1.0}
 * equals {@code 1}.
 */
public sealed interface JsonValue {

  /**
   * The deepest nesting of arrays and objects that metadata may have, so that no value can exhaust
   * the stack of whoever reads it.
   */
  int DEEPEST = 500;

  /** The longest text that a number may have, in characters. */
  int LONGEST_NUMBER = 1_000;

  /** Returns the compact text that JavaScript's {@code JSON.stringify} prints. */
  @Override
  String toString();

  /**
   * Appends a JSON string literal exactly as {@code JSON.stringify} prints it (ECMA-262,
   * QuoteJSONString): {@code \"}, {@code \\}, {@code \b \f \n \r \t}, other controls below U+0020
   * and unpaired surrogates as lower-case {@code \}{@code uxxxx}, everything else as itself.
   *
   * @param text the text to quote
   * @param out what the literal is appended to
   */
  static void quote(String text, StringBuilder out) {
    JsonText.quote(text, out);
  }

  /** Returns {@code text} as a JSON string literal, as {@link #quote(String, StringBuilder)}. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    JsonText.quote(text, out);
    return out.toString();
  }

  /**
   * An object.
   *
   * @param members the members in their order; the map is copied and cannot be changed
   */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {

    /**
     * Copies the members, keeping their order.
     *
     * @throws NullPointerException if the map, a name or a value is null
     */
    public JsonObject {
      Map<String, JsonValue> copy = LinkedHashMap.newLinkedHashMap(members.size());
      members.forEach((name, value) ->
          copy.put(Objects.requireNonNull(name), Objects.requireNonNull(value, name)));
      members = Collections.unmodifiableMap(copy);
    }

    @Override
    public String toString() {
      StringJoiner joiner = new StringJoiner(",", "{", "}");
      members.forEach((name, value) -> joiner.add(quote(name) + ":" + value));
      return joiner.toString();
    }
  }

  /**
   * An array.
   *
   * @param elements the elements; the list is copied
   */
  record JsonArray(List<JsonValue> elements) implements JsonValue {

    /**
     * Copies the elements.
     *
     * @throws NullPointerException if the list or an element is null
     */
    public JsonArray {
      elements = List.copyOf(elements);
    }

    @Override
    public String toString() {
      StringJoiner joiner = new StringJoiner(",", "[", "]");
      elements.forEach(element -> joiner.add(element.toString()));
      return joiner.toString();
    }
  }

  /**
   * A string.
   *
   * @param value the text, which may hold unpaired surrogates
   */
  record JsonString(String value) implements JsonValue {

    /**
     * Checks the value.
     *
     * @throws NullPointerException if it is null
     */
    public JsonString {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return quote(value);
    }
  }

  /**
   * A number, kept as it was written.
   *
   * @param literal the number's text in JSON's grammar
   */
  record JsonNumber(String literal) implements JsonValue {

    private static final Pattern GRAMMAR =
        Pattern.compile("(-?)(0|[1-9][0-9]*)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?");

    /**
     * Checks the literal.
     *
     * @throws NullPointerException if it is null
     * @throws IllegalArgumentException if it is not a JSON number, or longer than {@value
     *     #LONGEST_NUMBER} characters
     */
    public JsonNumber {
      if (literal.length() > LONGEST_NUMBER) {
        throw new IllegalArgumentException(
            "expected a number of at most %d characters, found %d"
                .formatted(LONGEST_NUMBER, literal.length()));
      }
      if (!GRAMMAR.matcher(literal).matches()) {
        throw new IllegalArgumentException("expected a JSON number, found " + quote(literal));
      }
    }

    /** Returns the number of {@code value}. */
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof JsonNumber that
          && (literal.equals(that.literal) || canonical().equals(that.canonical()));
    }

    @Override
    public int hashCode() {
      return canonical().hashCode();
    }

    /**
     * One text for all literals of one value: significant digits and a power of ten. An exponent
     * beyond 18 digits is compared as it is written.
     */
    private String canonical() {
      Matcher parts = GRAMMAR.matcher(literal);
      if (!parts.matches()) {
        throw new AssertionError(literal);
      }
      String fraction = Objects.requireNonNullElse(parts.group(3), "");
      String digits = (parts.group(2) + fraction).replaceFirst("^0+", "");
      String exponent = Objects.requireNonNullElse(parts.group(4), "0");
      if (digits.isEmpty()) {
        return "0";
      }
      if (exponent.length() > 19) {
        return literal;
      }
      String significant = digits.replaceFirst("0+$", "");
      long power =
          Long.parseLong(exponent) - fraction.length() + (digits.length() - significant.length());
      return parts.group(1) + significant + "e" + power;
    }

    @Override
    public String toString() {
      return literal;
    }
  }

  /** The three values that have a name. */
  enum JsonLiteral implements JsonValue {
    /** {@code true}. */
    TRUE("true"),
    /** {@code false}. */
    FALSE("false"),
    /** {@code null}. */
    NULL("null");

    private final String text;

    JsonLiteral(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
