package org.kyneta.relay.replica;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kyneta.store.JsonValue;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a state document holds: objects, whose innermost values each carry the time at which they
 * were written, {@code [value, milliseconds]}.
 */
sealed interface StateTree {

  /** What joining has done, from the least to the most. */
  enum Joined {
    UNCHANGED,
    CHANGED,
    /** A value was replaced by another one of the same time. */
    REWRITTEN;

    Joined and(Joined other) {
      return compareTo(other) < 0 ? other : this;
    }
  }

  /** Appends the JSON text. */
  void print(StringBuilder out);

  /** Returns the latest time in here, or -1 if there is none. */
  double latest();

  /** Returns about how many bytes of memory this takes. */
  long footprint();

  /**
   * Reads a document.
   *
   * @throws UnreadableException if the text is not an object of such values
   */
  static Branch read(String text) throws UnreadableException {
    return JsonInput.image(
        text,
        parser -> {
          parser.nextToken();
          JsonInput.expect(parser, JsonToken.START_OBJECT, "an object");
          return branch(parser, text);
        });
  }

  private static Branch branch(JsonParser parser, String text) throws UnreadableException {
    Branch branch = new Branch();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      StateTree child =
          parser.nextToken() == JsonToken.START_OBJECT ? branch(parser, text) : leaf(parser, text);
      branch.children.put(name, child);
    }
    return branch;
  }

  private static Leaf leaf(JsonParser parser, String text) throws UnreadableException {
    String what = "a value with its time";
    JsonInput.expect(parser, JsonToken.START_ARRAY, what);
    if (parser.nextToken() == JsonToken.END_ARRAY) {
      throw new UnreadableException("expected " + what + ", found neither");
    }
    String value = JsonInput.rawValue(parser, text);
    parser.nextToken();
    if (!parser.currentToken().isNumeric()) {
      JsonInput.expect(parser, JsonToken.VALUE_NUMBER_INT, what);
    }
    String millis = parser.getString();
    parser.nextToken();
    JsonInput.expect(parser, JsonToken.END_ARRAY, what);
    return new Leaf(value, millis, Double.parseDouble(millis));
  }

  /**
   * A value.
   *
   * @param value as it is written
   * @param text when it was written, as it is written
   * @param millis the same as a number
   */
  record Leaf(String value, String text, double millis) implements StateTree {

    @Override
    public void print(StringBuilder out) {
      out.append('[').append(value).append(',').append(text).append(']');
    }

    @Override
    public double latest() {
      return millis;
    }

    @Override
    public long footprint() {
      return 2L * value.length() + 120;
    }
  }

  /** An object. */
  final class Branch implements StateTree {

    private final Map<String, StateTree> children = new LinkedHashMap<>();

    boolean isEmpty() {
      return children.isEmpty();
    }

    /**
     * Takes over what is not here or was written later, and returns what that has done.
     *
     * <p>Of two values of one time the one that comes is taken, as peers do: mostly it is the same
     * writer's, who has written twice within a millisecond. An object stands against a value with
     * the latest time in it, and there the one that is here stays.
     */
    Joined join(Branch other) {
      Joined joined = Joined.UNCHANGED;
      for (Map.Entry<String, StateTree> entry : other.children.entrySet()) {
        StateTree mine = children.get(entry.getKey());
        StateTree theirs = entry.getValue();
        if (mine instanceof Branch here && theirs instanceof Branch there) {
          joined = joined.and(here.join(there));
        } else if (mine == null || theirs.latest() > mine.latest()) {
          children.put(entry.getKey(), theirs);
          joined = joined.and(Joined.CHANGED);
        } else if (isRewritten(mine, theirs)) {
          children.put(entry.getKey(), theirs);
          joined = Joined.REWRITTEN;
        }
      }
      return joined;
    }

    private static boolean isRewritten(StateTree mine, StateTree theirs) {
      return mine instanceof Leaf here
          && theirs instanceof Leaf there
          && here.millis == there.millis
          && !here.value.equals(there.value);
    }

    @Override
    public void print(StringBuilder out) {
      out.append('{');
      String separator = "";
      for (Map.Entry<String, StateTree> child : children.entrySet()) {
        out.append(separator);
        JsonValue.quote(child.getKey(), out);
        out.append(':');
        child.getValue().print(out);
        separator = ",";
      }
      out.append('}');
    }

    @Override
    public double latest() {
      double latest = -1;
      for (StateTree child : children.values()) {
        latest = Math.max(latest, child.latest());
      }
      return latest;
    }

    @Override
    public long footprint() {
      long size = 100;
      for (Map.Entry<String, StateTree> child : children.entrySet()) {
        size += 2L * child.getKey().length() + child.getValue().footprint() + 100;
      }
      return size;
    }
  }
}
