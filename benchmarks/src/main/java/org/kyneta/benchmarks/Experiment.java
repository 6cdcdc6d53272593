package org.kyneta.benchmarks;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One workload that the peers serve in turns, and the figures that are read off it.
 *
 * @param workload the workload's name
 * @param lineup who takes part
 * @param members adds the workload's members to a command
 * @param own changes the command for our own peers, where equal work would be over too soon
 * @param fixture adds the members of the {@code fill} that makes the database, null where the
 *     workload makes its own
 * @param trace the recorded session that is written, null for payloads of one length
 * @param documents how many documents the database has in all, where most of them are added without
 *     the peer; else 0
 * @param figures what is read off
 */
record Experiment(
    String workload,
    Lineup lineup,
    UnaryOperator<Command> members,
    UnaryOperator<Command> own,
    @Nullable UnaryOperator<Command> fixture,
    @Nullable String trace,
    int documents,
    List<Figure> figures) {

  /** Who takes part. */
  enum Lineup {
    /** The stores, and the bare statements. */
    ALL,
    /** Those that have the whole of a store, and the C program. */
    STORES,
    /** Our own, with checksums and without. */
    CHECKSUMS;

    /** Small differences take more rounds to be seen. */
    int rounds(int usual) {
      return this == CHECKSUMS ? 3 * usual : usual;
    }
  }

  static Experiment of(
      String workload, Lineup lineup, UnaryOperator<Command> members, Figure... figures) {
    return new Experiment(
        workload, lineup, members, UnaryOperator.identity(), null, null, 0, List.of(figures));
  }

  Experiment withOwn(UnaryOperator<Command> change) {
    return new Experiment(workload, lineup, members, change, fixture, trace, documents, figures);
  }

  Experiment withFixture(UnaryOperator<Command> fill) {
    return new Experiment(workload, lineup, members, own, fill, trace, documents, figures);
  }

  Experiment withTrace(String session) {
    return new Experiment(workload, lineup, members, own, fixture, session, documents, figures);
  }

  Experiment withDocuments(int number) {
    return new Experiment(workload, lineup, members, own, fixture, trace, number, figures);
  }

  /** Returns whether a command says how often the work is done, so that a round can be sized. */
  boolean isRepeated() {
    return fixture != null;
  }

  /** Returns the command that makes a peer's database; only where there is a fixture. */
  Command fill(String place) {
    if (fixture == null) {
      throw new IllegalStateException(workload + " needs no database");
    }
    return fixture.apply(Command.of("fill", place));
  }

  /** Returns a round's command. */
  Command command(String place) {
    return members.apply(Command.of(workload, place));
  }
}
