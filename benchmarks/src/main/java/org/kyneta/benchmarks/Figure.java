package org.kyneta.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured.
 *
 * @param name what reports call it
 * @param unit what is counted a second
 * @param target how fast this store must at least be, as a multiple of the JavaScript one
 * @param workload the workload's name
 * @param members adds the workload's members to a command
 * @param fixture adds the members of the {@code fill} that makes the database, null where the
 *     workload makes its own
 * @param trace the recorded session that is written, null for payloads of one length
 */
record Figure(
    String name,
    String unit,
    double target,
    String workload,
    UnaryOperator<Command> members,
    @Nullable UnaryOperator<Command> fixture,
    @Nullable String trace) {

  /** Where fsync decides, peers differ by chance only. */
  private static final double NEARLY_AS_FAST = 0.9;

  private static final double NOT_SLOWER = 1.0;

  /** Returns all figures, with small databases and few operations if it is to be quick. */
  static List<Figure> all(boolean quick) {
    int many = quick ? 1 : 5;
    return List.of(
        append("append-120-normal", 120, "normal", 40 * many),
        append("append-120-full", 120, "full", 4 * many),
        append("append-4k-normal", 4096, "normal", 20 * many),
        append("append-4k-full", 4096, "full", 4 * many),
        session("sveltecomponent", quick),
        session("friendsforever_flat", quick),
        reading("load-long", "records/s", "load", quick ? 2 : 10, quick ? 2_000 : 10_000),
        reading("load-short", "records/s", "load", quick ? 200 : 2_000, 10),
        reading("meta", "documents/s", "meta", quick ? 200 : 10_000, 1),
        replacement(quick ? 5 : 20),
        listing(quick ? 100_000 : 1_000_000));
  }

  private static Figure append(String name, int bytes, String sync, int records) {
    return new Figure(
        name,
        "appends/s",
        sync.equals("full") ? NEARLY_AS_FAST : NOT_SLOWER,
        "append",
        c -> c.with("docs", 100).with("records", records).with("bytes", bytes).with("sync", sync),
        null,
        null);
  }

  private static Figure session(String trace, boolean quick) {
    return new Figure(
        "session-" + trace,
        "appends/s",
        NOT_SLOWER,
        "append",
        c -> (quick ? c.with("records", 2_000) : c).with("docs", 1).with("sync", "normal"),
        null,
        trace);
  }

  private static Figure reading(String name, String unit, String workload, int docs, int records) {
    return new Figure(
        name,
        unit,
        NOT_SLOWER,
        workload,
        c -> c.with("docs", docs),
        c -> c.with("docs", docs).with("records", records).with("bytes", 120),
        null);
  }

  private static Figure replacement(int docs) {
    return new Figure(
        "replace-500",
        "streams/s",
        NOT_SLOWER,
        "replace",
        c -> c.with("docs", docs).with("records", 500).with("bytes", 120).with("sync", "normal"),
        c -> c.with("docs", docs).with("records", 499).with("bytes", 120),
        null);
  }

  private static Figure listing(int docs) {
    return new Figure(
        "list-10-of-" + docs,
        "ids/s",
        NOT_SLOWER,
        "list",
        c -> c.with("prefix", "doc-00001"),
        c -> c.with("docs", docs).with("records", 0).with("bytes", 0),
        null);
  }

  /** Returns whether a command says how often the work is done, so that a round can be sized. */
  boolean isRepeated() {
    return fixture != null;
  }

  /** Returns the command that makes a peer's database; only where there is a fixture. */
  Command fill(Path file) {
    if (fixture == null) {
      throw new IllegalStateException(name + " needs no database");
    }
    return fixture.apply(Command.of("fill", file));
  }

  /** Returns a round's command. */
  Command command(Path file) {
    return members.apply(Command.of(workload, file));
  }
}
