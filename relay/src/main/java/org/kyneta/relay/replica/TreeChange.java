package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Literal;
import org.kyneta.relay.replica.Node.Members;

/**
 * Creates, deletes and moves nodes of a tree, which is one flat array of {@code {id, parent, index,
 * data}}. A node that is deleted leaves its children where they are.
 */
final class TreeChange {

  private TreeChange() {}

  static Node apply(@Nullable Node value, Members change) throws InapplicableException {
    List<Node> nodes = new ArrayList<>(value == null ? List.of() : Change.items(value).list);
    if (!change.map.containsKey("instructions")) {
      throw new InapplicableException("expected instructions, found none");
    }
    // A copy is changed, so that an instruction that is broken leaves nothing half done.
    Pace pace = new Pace();
    for (Node item : Change.list(change, "instructions")) {
      pace.step(nodes.size());
      Members instruction = Change.as(Members.class, item);
      Node target = member(instruction, "target");
      String action = member(instruction, "action").toString();
      switch (action) {
        case "create" -> nodes.add(created(target, instruction));
        case "delete" -> nodes.removeIf(node -> isNode(node, target));
        case "move" -> move(nodes, target, instruction);
        default -> {}
      }
    }
    return new Items(nodes);
  }

  private static Node created(Node target, Members instruction) throws InapplicableException {
    Members node = new Members();
    node.map.put("id", target);
    place(node, instruction);
    node.map.put("data", new Members());
    return node;
  }

  private static void move(List<Node> nodes, Node target, Members instruction)
      throws InapplicableException {
    for (int i = 0; i < nodes.size(); i++) {
      if (isNode(nodes.get(i), target)) {
        Members moved = new Members();
        moved.map.putAll(((Members) nodes.get(i)).map);
        place(moved, instruction);
        nodes.set(i, moved);
      }
    }
  }

  private static void place(Members node, Members instruction) throws InapplicableException {
    Node parent = instruction.map.get("parent");
    node.map.put("parent", parent == null ? Literal.NULL : parent);
    node.map.put("index", member(instruction, "index"));
  }

  /** Whether a value is the node with an id. */
  static boolean isNode(Node value, Node id) {
    if (!(value instanceof Members node)) {
      return false;
    }
    Node found = node.map.get("id");
    return found != null && found.same(id);
  }

  private static Node member(Members instruction, String name) throws InapplicableException {
    Node value = instruction.map.get(name);
    if (value == null) {
      throw new InapplicableException("expected an instruction with " + name + ", found none");
    }
    return value;
  }
}
