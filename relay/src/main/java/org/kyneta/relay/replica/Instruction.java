package org.kyneta.relay.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Node.Items;
import org.kyneta.relay.replica.Node.Literal;
import org.kyneta.relay.replica.Node.Members;

/** A step of a change that goes along a text, an array or a rich text with a cursor. */
sealed interface Instruction {

  /** Leaves some as they are. */
  record Retain(int number) implements Instruction {}

  /** Deletes some. */
  record Delete(int number) implements Instruction {}

  /** Leaves some, but sets or, where a mark is null, removes marks. */
  record Format(int number, Members marks) implements Instruction {}

  /** Inserts a string, with marks if there are some, or the items of an array. */
  record Insert(Node content, @Nullable Members marks) implements Instruction {}

  /**
   * Reads all of a change's instructions; what is none of them has no effect.
   *
   * @throws InapplicableException if one is broken
   */
  static List<Instruction> of(Members change) throws InapplicableException {
    if (!(change.map.get("instructions") instanceof Items items)) {
      throw new InapplicableException("expected instructions, found none");
    }
    List<Instruction> instructions = new ArrayList<>(items.list.size());
    for (Node item : items.list) {
      if (!(item instanceof Members members)) {
        throw new InapplicableException("expected an instruction, found no object");
      }
      Instruction instruction = instruction(members);
      if (instruction != null) {
        instructions.add(instruction);
      }
    }
    return instructions;
  }

  private static @Nullable Instruction instruction(Members members) throws InapplicableException {
    Members marks = members.map.get("marks") instanceof Members some ? some : null;
    Node retained = members.map.get("retain");
    if (retained != null) {
      return new Retain(number(retained));
    }
    Node formatted = members.map.get("format");
    if (formatted != null) {
      return new Format(number(formatted), marks == null ? new Members() : marks);
    }
    Node inserted = members.map.get("insert");
    if (inserted != null) {
      return new Insert(inserted, marks);
    }
    Node deleted = members.map.get("delete");
    return deleted == null ? null : new Delete(number(deleted));
  }

  /** Returns a count, which may be beyond the end of what it counts. */
  private static int number(Node node) throws InapplicableException {
    if (node instanceof Literal literal && literal.isNumber()) {
      double number = literal.number();
      if (number >= 0 && number == Math.rint(number)) {
        return (int) number;
      }
    }
    throw new InapplicableException("expected a count, found something else");
  }
}
