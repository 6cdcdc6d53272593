package org.kyneta.relay.replica;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Members;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The content of a plain document, made from an image and the batches after it.
 *
 * <p>A change that does not fit (its kind is not known, its path leads into a string, its target is
 * of another type) has no effect, and those around it have theirs: what one client wrote wrongly
 * must not keep all others from the document. {@link #complete()} tells it.
 */
final class PlainState {

  private final Members root;
  private final Pace pace = new Pace();
  private final MarkBudget budget;
  private boolean complete = true;

  /**
   * Begins with an image.
   *
   * @throws UnreadableException if it is not a JSON object
   */
  PlainState(String image) throws UnreadableException {
    root =
        JsonInput.image(
            image,
            parser -> {
              parser.nextToken();
              JsonInput.expect(parser, JsonToken.START_OBJECT, "an object");
              return (Members) Node.read(parser);
            });
    budget = new MarkBudget(root);
  }

  /** Whether all changes so far had an effect. */
  boolean complete() {
    return complete;
  }

  /** Returns the names of the members at the top. */
  Map<String, Node> members() {
    return root.map;
  }

  /** Returns the content as JSON text. */
  String image() {
    return root.text();
  }

  /**
   * Applies batches.
   *
   * @param batches a payload that {@link Batches#read} has accepted
   */
  void apply(String batches) throws UnreadableException {
    JsonInput.batches(
        batches,
        parser -> {
          parser.nextToken();
          while (parser.nextToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
              operation(parser);
            }
          }
          return true;
        });
  }

  private void operation(JsonParser parser) {
    // An operation may go through all of a large value.
    pace.step(1 << 10);
    try {
      Members operation = (Members) Node.read(parser);
      List<Segment> path = Segment.path(operation.map.get("path"));
      if (!(operation.map.get("change") instanceof Members change)) {
        throw new InapplicableException("expected a change, found none");
      }
      if (path.isEmpty()) {
        changeRoot(change);
        return;
      }
      // Put even where it was edited in place: whatever is on the way may have to be replaced.
      put(path, Change.apply(find(path), change, budget));
    } catch (InapplicableException doesNotFit) {
      complete = false;
    }
  }

  private void changeRoot(Members change) throws InapplicableException {
    Members after = Change.as(Members.class, Change.apply(root, change, budget));
    Map<String, Node> members = new LinkedHashMap<>(after.map);
    root.map.clear();
    root.map.putAll(members);
  }

  /** Returns what is at a path, or null if nothing is. */
  private @Nullable Node find(List<Segment> path) {
    Node current = root;
    for (Segment segment : path) {
      current =
          switch (current) {
            case null -> null;
            case Members members -> members.map.get(segment.key());
            case Items items -> find(items, segment);
            case RichText rich -> find(rich.toItems(), segment);
            default -> null;
          };
    }
    return current;
  }

  private static @Nullable Node find(Items items, Segment segment) {
    if (segment.entry() && isTree(items)) {
      Members node = node(items, segment);
      return node == null ? null : node.map.get("data");
    }
    int index = segment.index();
    return index >= 0 && index < items.list.size() ? items.list.get(index) : null;
  }

  /**
   * Puts a value where a path leads to. What is missing on the way, or cannot have members, becomes
   * an object. A path through a node that a tree does not have leads nowhere.
   */
  private void put(List<Segment> path, Node value) throws InapplicableException {
    checkIndexes(path);
    Node current = root;
    for (Segment segment : path.subList(0, path.size() - 1)) {
      Node next = child(current, segment);
      if (next == null) {
        return;
      }
      current = next;
    }
    set(current, path.getLast(), value);
  }

  /** An array can be changed where it has an item and right behind its last one only. */
  private void checkIndexes(List<Segment> path) throws InapplicableException {
    Node current = root;
    for (Segment segment : path) {
      Items items =
          current instanceof RichText rich
              ? rich.toItems()
              : current instanceof Items found ? found : null;
      if (items == null) {
        current = current instanceof Members members ? members.map.get(segment.key()) : null;
        continue;
      }
      if (!(segment.entry() && isTree(items))
          && (segment.index() < 0 || segment.index() > items.list.size())) {
        throw new InapplicableException("expected an index of an array, found something else");
      }
      current = find(items, segment);
    }
  }

  private @Nullable Node child(Node parent, Segment segment) {
    if (parent instanceof Items items && segment.entry() && isTree(items)) {
      Members node = node(items, segment);
      return node == null
          ? null
          : container(node.map.get("data"), made -> node.map.put("data", made));
    }
    Node found =
        parent instanceof Items items
            ? find(items, segment)
            : ((Members) parent).map.get(segment.key());
    return container(found, made -> set(parent, segment, made));
  }

  private static Node container(@Nullable Node found, Consumer<Node> replacing) {
    if (found instanceof Members || found instanceof Items) {
      return found;
    }
    Node made = found instanceof RichText rich ? rich.toItems() : new Members();
    replacing.accept(made);
    return made;
  }

  private static void set(Node parent, Segment segment, Node value) {
    switch (parent) {
      case Items items when segment.entry() && isTree(items) -> {
        Members node = node(items, segment);
        if (node != null) {
          node.map.put("data", value);
        }
      }
      case Items items when segment.index() == items.list.size() -> items.list.add(value);
      case Items items -> items.list.set(segment.index(), value);
      default -> ((Members) parent).map.put(segment.key(), value);
    }
  }

  private static boolean isTree(Items items) {
    return !items.list.isEmpty()
        && items.list.getFirst() instanceof Members first
        && first.map.get("id") instanceof TextNode
        && first.map.containsKey("data");
  }

  private static @Nullable Members node(Items items, Segment segment) {
    TextNode id = new TextNode(segment.key());
    for (Node item : items.list) {
      if (TreeChange.isNode(item, id)) {
        return (Members) item;
      }
    }
    return null;
  }
}
