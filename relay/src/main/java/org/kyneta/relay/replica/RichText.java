package org.kyneta.relay.replica;

import java.util.ArrayList;
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
 * An array of spans {@code {text, marks}} that is edited: the text of all of them in one, and how
 * long each run of equal marks is.
 */
final class RichText implements Node {

  /** Marks are shared between runs and never changed; null for none. */
  private record Run(int length, @Nullable Members marks) {}

  private final TextNode text = new TextNode("");
  private List<Run> runs = new ArrayList<>();

  /**
   * Takes over an array of spans.
   *
   * @throws InapplicableException if it is something else
   */
  static RichText of(Items items) throws InapplicableException {
    RichText rich = new RichText();
    for (Node item : items.list) {
      Members span = Change.as(Members.class, item);
      if (!(span.map.get("text") instanceof TextNode part)) {
        throw new InapplicableException("expected a span with a text, found none");
      }
      rich.text.insert(rich.text.length(), part.toString());
      rich.runs.add(new Run(part.length(), marks(span.map.get("marks"))));
    }
    return rich;
  }

  /** Applies instructions, of which every insertion is one of a string. */
  void apply(List<Instruction> instructions) {
    Editing editing = new Editing();
    for (Instruction instruction : instructions) {
      switch (instruction) {
        case Retain(int number) -> editing.retain(number, null);
        case Format(int number, Members marks) -> editing.retain(number, marks);
        case Insert(Node content, Members marks) -> editing.insert(content.toString(), marks);
        case Delete(int number) -> editing.delete(number);
      }
    }
    editing.retain(Integer.MAX_VALUE, null);
    runs = editing.after;
  }

  /** Returns the array of spans. */
  Items toItems() {
    Items items = new Items();
    String all = text.toString();
    int at = 0;
    for (Run run : runs) {
      Members span = new Members();
      span.map.put("text", new TextNode(all.substring(at, at + run.length)));
      if (run.marks != null) {
        span.map.put("marks", run.marks.copy());
      }
      items.list.add(span);
      at += run.length;
    }
    return items;
  }

  @Override
  public void print(StringBuilder out) {
    toItems().print(out);
  }

  @Override
  public boolean same(Node other) {
    return toItems().same(other instanceof RichText that ? that.toItems() : other);
  }

  @Override
  public void identify(StringBuilder out) {
    toItems().identify(out);
  }

  @Override
  public Node copy() {
    return toItems();
  }

  private static @Nullable Members marks(@Nullable Node marks) {
    return marks instanceof Members members && !members.map.isEmpty() ? members : null;
  }

  /** One pass over the runs with a cursor. */
  private final class Editing {

    private final List<Run> after = new ArrayList<>(runs.size() + 2);
    private final Pace pace = new Pace();
    private int cursor;
    private int run;
    private int taken;

    void retain(int number, @Nullable Members marks) {
      for (int left = number; left > 0 && run < runs.size(); ) {
        Run current = runs.get(run);
        int length = take(left);
        pace.step(marks == null ? 1 : 16L * marks.map.size());
        add(new Run(length, marks == null ? current.marks : merged(current.marks, marks)));
        cursor += length;
        left -= length;
      }
    }

    void delete(int number) {
      for (int left = number; left > 0 && run < runs.size(); ) {
        int length = take(left);
        text.delete(cursor, length);
        left -= length;
      }
    }

    void insert(String inserted, @Nullable Members marks) {
      text.insert(cursor, inserted);
      cursor += inserted.length();
      add(new Run(inserted.length(), marks(marks)));
    }

    /** Moves on within the current run, and to the next at its end; returns how far. */
    private int take(int most) {
      int length = Math.min(most, runs.get(run).length - taken);
      taken += length;
      if (taken == runs.get(run).length) {
        run++;
        taken = 0;
      }
      return length;
    }

    /** Adds a run, joined with the one before where their marks are equal. */
    private void add(Run next) {
      if (next.length == 0) {
        return;
      }
      if (!after.isEmpty() && equal(after.getLast().marks, next.marks)) {
        Run last = after.removeLast();
        after.add(new Run(last.length + next.length, last.marks));
      } else {
        after.add(next);
      }
    }

    private static boolean equal(@Nullable Members one, @Nullable Members other) {
      return one == other || (one != null && other != null && one.same(other));
    }

    private static @Nullable Members merged(@Nullable Members marks, Members changes) {
      Members merged = new Members();
      if (marks != null) {
        merged.map.putAll(marks.map);
      }
      for (Map.Entry<String, Node> change : changes.map.entrySet()) {
        if (change.getValue() instanceof Literal literal && literal.isNull()) {
          merged.map.remove(change.getKey());
        } else {
          merged.map.put(change.getKey(), change.getValue());
        }
      }
      return marks(merged);
    }
  }
}
