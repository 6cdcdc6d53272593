package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Members;

/** Adds and removes members of a set, which is an array without two members of the same value. */
final class SetChange {

  private SetChange() {}

  /** Removes first, and adds what is neither removed nor there, behind the others. */
  static Node apply(@Nullable Node value, Members change) throws InapplicableException {
    List<Node> current = value == null ? List.of() : Change.items(value).list;
    List<Node> removed = Change.list(change, "remove");
    List<Node> result = new ArrayList<>(current.size() + 1);
    for (Node member : current) {
      if (!contains(removed, member)) {
        result.add(member);
      }
    }
    for (Node candidate : Change.list(change, "add")) {
      if (!contains(removed, candidate) && !contains(result, candidate)) {
        result.add(candidate);
      }
    }
    return new Items(result);
  }

  private static boolean contains(List<Node> members, Node value) {
    for (Node member : members) {
      if (member.same(value)) {
        return true;
      }
    }
    return false;
  }
}
