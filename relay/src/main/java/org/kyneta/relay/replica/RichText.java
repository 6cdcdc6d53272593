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
import org.kyneta.store.JsonValue;

/**
 * An array of spans {@code {text, marks}} that is edited: the text of all of them in one, and how
 * long each run of equal marks is.
 */
final class RichText implements Node {

  /**
   * Marks are shared between runs and never changed; null for none.
   *
   * @param size how many characters the marks take when they are printed
   */
  private record Run(int length, @Nullable Members marks, long size) {

    private static Run of(int length, @Nullable Members marks) {
      return new Run(length, marks, marks == null ? 0 : MarkBudget.size(marks));
    }

    private Run withLength(int other) {
      return new Run(other, marks, size);
    }
  }

  private final TextNode text = new TextNode("");
  private List<Run> runs = new ArrayList<>();
  private long marksSize;

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
      Run run = Run.of(part.length(), marks(span.map.get("marks")));
      rich.runs.add(run);
      rich.marksSize += run.size;
    }
    return rich;
  }

  /** Returns how many characters the marks of all runs take when they are printed. */
  long marksSize() {
    return marksSize;
  }

  /**
   * Applies instructions, of which every insertion is one of a string.
   *
   * @throws InapplicableException if the marks became larger than a document's may be
   */
  void apply(List<Instruction> instructions, MarkBudget budget) throws InapplicableException {
    Editing editing = new Editing(budget.limit(marksSize));
    for (Instruction instruction : instructions) {
      switch (instruction) {
        case Retain(int number) -> editing.retain(number, null);
        case Format(int number, Members marks) -> editing.retain(number, marks);
        case Insert(Node content, Members marks) -> editing.insert(content.toString(), marks);
        case Delete(int number) -> editing.skip(number);
      }
    }
    editing.retain(Integer.MAX_VALUE, null);
    budget.changed(marksSize, editing.size);
    runs = editing.after;
    marksSize = editing.size;
    edit(instructions);
  }

  private void edit(List<Instruction> instructions) {
    int cursor = 0;
    for (Instruction instruction : instructions) {
      switch (instruction) {
        case Retain(int number) -> cursor += Math.min(number, text.length() - cursor);
        case Format(int number, Members ignored) ->
            cursor += Math.min(number, text.length() - cursor);
        case Insert(Node content, Members ignored) -> {
          String inserted = content.toString();
          text.insert(cursor, inserted);
          cursor += inserted.length();
        }
        case Delete(int number) -> text.delete(cursor, Math.min(number, text.length() - cursor));
      }
    }
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

  /** Prints without a copy of the marks, which are shared. */
  @Override
  public void print(StringBuilder out) {
    String all = text.toString();
    int at = 0;
    String separator = "[";
    for (Run run : runs) {
      out.append(separator);
      separator = ",";
      JsonValue.quote(all.substring(at, at + run.length), out.append("{\"text\":"));
      if (run.marks != null) {
        run.marks.print(out.append(",\"marks\":"));
      }
      out.append('}');
      at += run.length;
    }
    out.append(runs.isEmpty() ? "[]" : "]");
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

  /** One pass over the runs, which leaves the text as it is. */
  private final class Editing {

    private final long limit;
    private final List<Run> after = new ArrayList<>(runs.size() + 2);
    private final Pace pace = new Pace();
    private long size;
    private int run;
    private int taken;

    private Editing(long limit) {
      this.limit = limit;
    }

    void retain(int number, @Nullable Members marks) throws InapplicableException {
      for (int left = number; left > 0 && run < runs.size(); ) {
        Run current = runs.get(run);
        int length = take(left);
        pace.step(marks == null ? 1 : 16L * marks.map.size());
        add(
            marks == null
                ? current.withLength(length)
                : Run.of(length, merged(current.marks, marks)));
        left -= length;
      }
    }

    void skip(int number) {
      for (int left = number; left > 0 && run < runs.size(); ) {
        left -= take(left);
      }
    }

    void insert(String inserted, @Nullable Members marks) throws InapplicableException {
      add(Run.of(inserted.length(), marks(marks)));
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
    private void add(Run next) throws InapplicableException {
      if (next.length == 0) {
        return;
      }
      if (!after.isEmpty() && equal(after.getLast().marks, next.marks)) {
        Run last = after.removeLast();
        after.add(last.withLength(last.length + next.length));
        return;
      }
      size += next.size;
      if (size > limit) {
        throw new InapplicableException("expected smaller marks");
      }
      after.add(next);
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
