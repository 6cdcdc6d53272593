package org.kyneta.relay.replica;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Instruction.Delete;
import org.kyneta.relay.replica.Instruction.Format;
import org.kyneta.relay.replica.Instruction.Insert;
import org.kyneta.relay.replica.Instruction.Retain;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Literal;
import org.kyneta.relay.replica.Node.Members;

/**
 * The kinds of change: each takes the value that is at its path, null where there is none, and
 * returns the one that shall be there, which may be the same one, edited. What is missing or JSON's
 * null counts as empty, or as 0; a value of another type than the change is for cannot be changed.
 */
final class Change {

  private Change() {}

  /**
   * Applies a change.
   *
   * @param budget what the marks of the document's rich texts may take
   * @throws InapplicableException if it does not fit the value, which then is as it was
   */
  static Node apply(@Nullable Node found, Members change, MarkBudget budget)
      throws InapplicableException {
    Node value = found instanceof Literal literal && literal.isNull() ? null : found;
    String type = change.map.get("type") instanceof TextNode text ? text.toString() : "";
    return switch (type) {
      case "replace" -> replace(change);
      case "text" -> text(value, Instruction.of(change));
      case "sequence" -> sequence(value, Instruction.of(change));
      case "map" -> map(value, change);
      case "increment" -> increment(value, change);
      case "set-op" -> SetChange.apply(value, change);
      case "richtext" -> richText(value, Instruction.of(change), budget);
      case "tree" -> TreeChange.apply(value, change);
      default -> throw new InapplicableException("expected a known kind of change");
    };
  }

  private static Node replace(Members change) throws InapplicableException {
    Node value = change.map.get("value");
    if (value == null) {
      throw new InapplicableException("expected a value to replace with, found none");
    }
    return value;
  }

  private static Node text(@Nullable Node value, List<Instruction> instructions)
      throws InapplicableException {
    TextNode text = value == null ? new TextNode("") : as(TextNode.class, value);
    for (Instruction instruction : instructions) {
      if (instruction instanceof Insert insert) {
        as(TextNode.class, insert.content());
      }
    }
    int cursor = 0;
    for (Instruction instruction : instructions) {
      switch (instruction) {
        case Retain(int number) -> cursor += Math.min(number, text.length() - cursor);
        case Delete(int number) -> text.delete(cursor, Math.min(number, text.length() - cursor));
        case Insert(Node content, Members ignored) -> {
          String inserted = content.toString();
          text.insert(cursor, inserted);
          cursor += inserted.length();
        }
        case Format ignored -> {}
      }
    }
    return text;
  }

  private static Node sequence(@Nullable Node value, List<Instruction> instructions)
      throws InapplicableException {
    Items items = value == null ? new Items() : items(value);
    for (Instruction instruction : instructions) {
      if (instruction instanceof Insert insert) {
        as(Items.class, insert.content());
      }
    }
    Pace pace = new Pace();
    int cursor = 0;
    for (Instruction instruction : instructions) {
      pace.step(items.list.size() >> 4);
      switch (instruction) {
        case Retain(int number) -> cursor += Math.min(number, items.list.size() - cursor);
        case Delete(int number) ->
            items
                .list
                .subList(cursor, cursor + Math.min(number, items.list.size() - cursor))
                .clear();
        case Insert(Node content, Members ignored) -> {
          List<Node> inserted = ((Items) content).list;
          items.list.addAll(cursor, inserted);
          cursor += inserted.size();
        }
        case Format ignored -> {}
      }
    }
    return items;
  }

  private static Node richText(
      @Nullable Node value, List<Instruction> instructions, MarkBudget budget)
      throws InapplicableException {
    RichText text =
        value == null
            ? new RichText()
            : value instanceof RichText rich ? rich : RichText.of(as(Items.class, value));
    for (Instruction instruction : instructions) {
      if (instruction instanceof Insert insert) {
        as(TextNode.class, insert.content());
      }
    }
    text.apply(instructions, budget);
    return text;
  }

  /** Deletes first: a name that is both deleted and set is set. */
  static Node map(@Nullable Node value, Members change) throws InapplicableException {
    Members members = value == null ? new Members() : as(Members.class, value);
    Node set = change.map.get("set");
    Map<String, Node> values = set == null ? Map.of() : as(Members.class, set).map;
    for (Node name : list(change, "delete")) {
      as(TextNode.class, name);
    }
    for (Node name : list(change, "delete")) {
      members.map.remove(name.toString());
    }
    members.map.putAll(values);
    return members;
  }

  private static Node increment(@Nullable Node value, Members change) throws InapplicableException {
    double amount = number(change.map.get("amount"));
    return new Literal(JsNumber.text((value == null ? 0 : number(value)) + amount));
  }

  private static double number(@Nullable Node node) throws InapplicableException {
    if (node instanceof Literal literal && literal.isNumber()) {
      return literal.number();
    }
    throw new InapplicableException("expected a number, found something else");
  }

  /** Returns an optional list of a change. */
  static List<Node> list(Members change, String name) throws InapplicableException {
    Node list = change.map.get(name);
    return list == null ? List.of() : as(Items.class, list).list;
  }

  /** Returns a value as an array, which a rich text is too. */
  static Items items(Node value) throws InapplicableException {
    return value instanceof RichText rich ? rich.toItems() : as(Items.class, value);
  }

  /** Returns a value as what it must be. */
  static <T extends Node> T as(Class<T> type, Node value) throws InapplicableException {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new InapplicableException(
        "expected " + type.getSimpleName() + ", found " + value.getClass().getSimpleName());
  }
}
