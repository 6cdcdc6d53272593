package org.kyneta.relay.replica;

import java.util.function.ToLongFunction;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Members;

/**
 * What the marks of all rich texts of one document may take when they are printed. A change may set
 * the marks of every run at once, and every run is printed with all of its own: of all that changes
 * can do, only this makes a document much larger than the changes are.
 */
final class MarkBudget {

  /** More characters than any text has been marked with. */
  private static final long MOST = 16 << 20;

  /** After so much growth, all that there is may be counted anew at no great cost. */
  private static final long LEAST_BETWEEN_COUNTS = MOST / 8;

  private final Node root;
  private boolean counted;
  private long taken;
  private long grown;

  /** Makes the budget of a document, whose marks are counted when the first are to be added. */
  MarkBudget(Node root) {
    this.root = root;
  }

  /**
   * Returns how much the marks of a text may take, most of it for those that it has.
   *
   * @param size what they take now
   */
  long limit(long size) {
    // What was replaced meanwhile is still counted as taken.
    if (!counted || (taken - size > MOST / 2 && grown >= LEAST_BETWEEN_COUNTS)) {
      counted = true;
      taken = marks(root);
      grown = 0;
    }
    return Math.max(size, MOST - (taken - size));
  }

  /** Notes that the marks of a text take another size than they did. */
  void changed(long before, long after) {
    taken += after - before;
    grown += Math.max(0, after - before);
  }

  /** Returns how many characters marks take when they are printed. */
  static long size(Members marks) {
    return marks.text().length();
  }

  private static long marks(Node node) {
    return switch (node) {
      case RichText rich -> rich.marksSize();
      case Items items -> sum(items.list, MarkBudget::marks);
      case Members members
          when members.map.get("text") instanceof TextNode
              && members.map.get("marks") instanceof Members marks ->
          size(marks);
      case Members members -> sum(members.map.values(), MarkBudget::marks);
      case TextNode text -> 0;
      case Node.Literal literal -> 0;
    };
  }

  private static long sum(Iterable<Node> nodes, ToLongFunction<Node> size) {
    long sum = 0;
    for (Node node : nodes) {
      sum += size.applyAsLong(node);
    }
    return sum;
  }
}
