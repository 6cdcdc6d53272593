package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kyneta.store.JsonValue;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A JSON value that changes are applied to, in place where that is cheaper. Each has one owner.
 *
 * <p>Nesting is at most {@link JsonInput#DEEPEST_IMAGE}.
 */
sealed interface Node permits Node.Literal, Node.Items, Node.Members, TextNode, RichText {

  /** Appends the value's JSON text, strings as JavaScript prints them. */
  void print(StringBuilder out);

  /** Returns the value's JSON text. */
  default String text() {
    StringBuilder out = new StringBuilder();
    print(out);
    return out.toString();
  }

  /**
   * Whether this is the same value as another for members of a set: numbers are compared as
   * JavaScript's, -0 differs from 0, and the order of an object's members does not matter.
   */
  boolean same(Node other);

  /** Appends a text that is the same for the {@linkplain #same same} values, and for no others. */
  void identify(StringBuilder out);

  /** Returns a value that shares nothing with this one that can change. */
  Node copy();

  /** Reads the value that the current token begins. */
  static Node read(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Members members = new Members();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.map.put(name, read(parser));
        }
        yield members;
      }
      case START_ARRAY -> {
        Items items = new Items();
        while (!parser.nextToken().isStructEnd()) {
          items.list.add(read(parser));
        }
        yield items;
      }
      case VALUE_STRING -> new TextNode(parser.getString());
      default -> new Literal(parser.getString());
    };
  }

  /**
   * A number, {@code true}, {@code false} or {@code null}.
   *
   * @param text as it is written
   */
  record Literal(String text) implements Node {

    static final Literal NULL = new Literal("null");

    boolean isNull() {
      return text.equals("null");
    }

    boolean isNumber() {
      return text.charAt(0) <= '9';
    }

    /** Returns the number as JavaScript sees it. */
    double number() {
      return Double.parseDouble(text);
    }

    @Override
    public void print(StringBuilder out) {
      out.append(text);
    }

    @Override
    public boolean same(Node other) {
      return other instanceof Literal that
          && (text.equals(that.text)
              || (isNumber() && that.isNumber() && Double.valueOf(number()).equals(that.number())));
    }

    @Override
    public void identify(StringBuilder out) {
      if (isNumber()) {
        out.append('#').append(Double.doubleToLongBits(number()));
      } else {
        out.append(text);
      }
    }

    @Override
    public Node copy() {
      return this;
    }
  }

  /** An array. */
  final class Items implements Node {

    final List<Node> list;

    Items() {
      this(new ArrayList<>());
    }

    Items(List<Node> list) {
      this.list = list;
    }

    @Override
    public void print(StringBuilder out) {
      out.append('[');
      for (int i = 0; i < list.size(); i++) {
        if (i > 0) {
          out.append(',');
        }
        list.get(i).print(out);
      }
      out.append(']');
    }

    @Override
    public boolean same(Node other) {
      if (!(other instanceof Items that) || list.size() != that.list.size()) {
        return false;
      }
      for (int i = 0; i < list.size(); i++) {
        if (!list.get(i).same(that.list.get(i))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void identify(StringBuilder out) {
      out.append('[');
      for (Node item : list) {
        item.identify(out);
        out.append(',');
      }
      out.append(']');
    }

    @Override
    public Node copy() {
      Items copy = new Items(new ArrayList<>(list.size()));
      list.forEach(item -> copy.list.add(item.copy()));
      return copy;
    }
  }

  /** An object. A name that is set again keeps its place. */
  final class Members implements Node {

    final Map<String, Node> map = new LinkedHashMap<>();

    @Override
    public void print(StringBuilder out) {
      out.append('{');
      String separator = "";
      for (Map.Entry<String, Node> member : map.entrySet()) {
        out.append(separator);
        JsonValue.quote(member.getKey(), out);
        out.append(':');
        member.getValue().print(out);
        separator = ",";
      }
      out.append('}');
    }

    @Override
    public boolean same(Node other) {
      if (!(other instanceof Members that) || map.size() != that.map.size()) {
        return false;
      }
      for (Map.Entry<String, Node> member : map.entrySet()) {
        Node value = that.map.get(member.getKey());
        if (value == null || !member.getValue().same(value)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void identify(StringBuilder out) {
      out.append('{');
      new TreeMap<>(map)
          .forEach((name, value) -> {
            JsonValue.quote(name, out);
            value.identify(out.append(':'));
            out.append(',');
          });
      out.append('}');
    }

    @Override
    public Members copy() {
      Members copy = new Members();
      map.forEach((name, value) -> copy.map.put(name, value.copy()));
      return copy;
    }
  }
}
