package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Literal;
import org.kyneta.relay.replica.Node.Members;

/**
 * A step of a path into a document.
 *
 * @param key the name of an object's member, or the digits of an array's index
 * @param entry whether {@code key} may also be the id of a tree's node
 */
record Segment(String key, boolean entry) {

  /** The longest path, which together with the deepest value makes no image too deep. */
  private static final int LONGEST = 400;

  private static final Set<String> NAMED = Set.of("field", "entry", "key");

  /**
   * Reads a path.
   *
   * @throws InapplicableException if it is broken or too long
   */
  static List<Segment> path(@Nullable Node path) throws InapplicableException {
    if (!(path instanceof Items items) || items.list.size() > LONGEST) {
      throw new InapplicableException("expected a path of at most %d steps".formatted(LONGEST));
    }
    List<Segment> segments = new ArrayList<>(items.list.size());
    for (Node item : items.list) {
      segments.add(segment(Change.as(Members.class, item)));
    }
    return segments;
  }

  private static Segment segment(Members members) throws InapplicableException {
    String type = members.map.get("type") instanceof TextNode text ? text.toString() : "";
    Node value = members.map.get(type);
    // Version 1 says key for both a field and an entry.
    if (value instanceof TextNode name && NAMED.contains(type)) {
      return new Segment(name.toString(), type.equals("entry"));
    }
    if (value instanceof Literal number && number.isNumber() && type.equals("index")) {
      return new Segment(JsNumber.text(number.number()), false);
    }
    throw new InapplicableException("expected a field, an entry or an index");
  }

  /** Returns the index that the key is, or -1 if it is none. */
  int index() {
    if (key.isEmpty() || key.length() > 9 || (key.length() > 1 && key.charAt(0) == '0')) {
      return -1;
    }
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) < '0' || key.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(key);
  }
}
