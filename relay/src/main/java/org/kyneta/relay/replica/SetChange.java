package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Members;

/** Adds and removes members of a set, which is an array without two members of the same value. */
final class SetChange {

  /** Up to so many are compared with each member: more are looked up, which costs more at first. */
  private static final int FEW = 8;

  private SetChange() {}

  /** Removes first, and adds what is neither removed nor there, behind the others. */
  static Node apply(@Nullable Node value, Members change) throws InapplicableException {
    List<Node> current = value == null ? List.of() : Change.items(value).list;
    List<Node> removed = Change.list(change, "remove");
    List<Node> added = Change.list(change, "add");
    return new Items(
        removed.size() + added.size() > FEW
            ? many(current, removed, added)
            : few(current, removed, added));
  }

  private static List<Node> few(List<Node> current, List<Node> removed, List<Node> added) {
    List<Node> result = new ArrayList<>(current.size() + 1);
    for (Node member : current) {
      if (!contains(removed, member)) {
        result.add(member);
      }
    }
    for (Node candidate : added) {
      if (!contains(removed, candidate) && !contains(result, candidate)) {
        result.add(candidate);
      }
    }
    return result;
  }

  private static boolean contains(List<Node> members, Node value) {
    for (Node member : members) {
      if (member.same(value)) {
        return true;
      }
    }
    return false;
  }

  private static List<Node> many(List<Node> current, List<Node> removed, List<Node> added) {
    Set<String> excluded = new HashSet<>();
    for (Node member : removed) {
      excluded.add(identity(member));
    }
    List<Node> result = new ArrayList<>(current.size() + added.size());
    List<String> kept = new ArrayList<>(current.size());
    for (Node member : current) {
      String identity = identity(member);
      if (!excluded.contains(identity)) {
        result.add(member);
        kept.add(identity);
      }
    }
    excluded.addAll(kept);
    for (Node candidate : added) {
      if (excluded.add(identity(candidate))) {
        result.add(candidate);
      }
    }
    return result;
  }

  private static String identity(Node value) {
    StringBuilder out = new StringBuilder();
    value.identify(out);
    return out.toString();
  }
}
