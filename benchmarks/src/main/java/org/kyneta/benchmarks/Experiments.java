package org.kyneta.benchmarks;

import java.util.List;
import org.kyneta.benchmarks.Experiment.Lineup;

/** All that is measured, and how good this store is to be in it. */
final class Experiments {

  /** Where fsync decides, peers differ by chance only, and a tenth is chance. */
  private static final double AS_FAST_BY_FSYNC = 0.9;

  private static final Target[] APPEND = {
    Target.of(Peers.JAVASCRIPT, 2), Target.of(Peers.C, 0.85), Target.beyond(Peers.C, 0.95)
  };

  private static final Target[] APPEND_FULL = {
    Target.of(Peers.JAVASCRIPT, AS_FAST_BY_FSYNC), Target.of(Peers.C, AS_FAST_BY_FSYNC)
  };

  private static final Target[] LATENCY = {
    Target.of(Peers.JAVASCRIPT, 1), Target.beyond(Peers.C, 1 / 1.2)
  };

  private static final Target[] LOAD = {
    Target.of(Peers.JAVASCRIPT, 4),
    Target.of(Peers.C, 0.35),
    Target.beyond(Peers.JAVASCRIPT, 6),
    Target.beyond(Peers.C, 0.5)
  };

  private static final Target[] THREE_TIMES = {
    Target.of(Peers.JAVASCRIPT, 3), Target.beyond(Peers.JAVASCRIPT, 5)
  };

  private static final Target[] FULL_BY_THREADS = {
    Target.of(Peers.JAVASCRIPT, 8), Target.beyond(Peers.JAVASCRIPT, 15)
  };

  private static final Target[] ONE_CALLER = {
    Target.of(Peers.JAVASCRIPT, 2),
    Target.of(Peers.RAW_JDBC, 0.8),
    Target.beyond(Peers.RAW_JDBC, 0.9)
  };

  private static final Target[] MANY_CALLERS = {
    Target.of(Peers.JAVASCRIPT, 10), Target.beyond(Peers.JAVASCRIPT, 15)
  };

  private static final Target[] STREAM = {
    Target.of(Peers.JAVASCRIPT, 3), Target.beyond(Peers.JAVASCRIPT, 5)
  };

  /** Under 3 % is what checksums may cost. */
  private static final Target CHECKSUMS = Target.of(Peers.UNCHECKED, 0.97);

  private static final String APPENDS = "appends/s";
  private static final String RECORDS = "records/s";
  private static final int DOCS = 100;
  private static final int THREADS = 64;

  private final boolean quick;

  private Experiments(boolean quick) {
    this.quick = quick;
  }

  /** Returns all of one store, with small databases and few operations if it is to be quick. */
  static List<Experiment> all(boolean quick, boolean postgres) {
    Experiments experiments = new Experiments(quick);
    return postgres ? experiments.postgres() : experiments.all();
  }

  private List<Experiment> all() {
    return List.of(
        append("120", 120, "normal", sized(40, 200)),
        append("120", 120, "full", sized(4, 20)),
        append("4k", 4096, "normal", sized(20, 100)),
        append("4k", 4096, "full", sized(4, 20)),
        appendSession("sveltecomponent"),
        appendSession("friendsforever_flat"),
        appendByThreads("platform", "normal", sized(30, 300), sized(60, 600), THREE_TIMES),
        appendByThreads("virtual", "normal", sized(30, 300), sized(60, 600), THREE_TIMES),
        appendByThreads("platform", "full", sized(5, 20), sized(50, 300), FULL_BY_THREADS),
        appendByThreads("virtual", "full", sized(5, 20), sized(50, 300), FULL_BY_THREADS),
        load("120", DOCS, sized(40, 1_000), 120),
        load("4k", DOCS, sized(10, 100), 4096),
        load("short", sized(200, 2_000), 10, 120),
        loadSession("sveltecomponent"),
        loadSession("friendsforever_flat"),
        meta(sized(200, 10_000), THREE_TIMES),
        replace(sized(5, 20), THREE_TIMES),
        list(sized(100_000, 1_000_000)),
        checksumAppend(sized(40, 100)),
        checksumLoad(sized(40, 100)));
  }

  /** On a server every commit waits for the disk, as its default is. */
  private List<Experiment> postgres() {
    int records = sized(100_000, 1_000_000);
    return List.of(
        append("120", 120, "full", sized(3, 50), ONE_CALLER),
        callers("platform", sized(20, 100)),
        callers("virtual", sized(20, 100)),
        load("1x" + records, 1, records, 120, STREAM),
        listing("C", 10_000),
        listing("C", sized(100_000, 1_000_000)),
        listing("en_US", 10_000),
        listing("en_US", sized(100_000, 1_000_000)),
        meta(sized(100, 1_000)),
        replace(5));
  }

  private static Experiment callers(String kind, int records) {
    return Experiment.of(
        "append",
        Lineup.STORES,
        c ->
            appending(c, THREADS, records, "full")
                .with("bytes", 120)
                .with("threads", THREADS)
                .with("threadKind", kind),
        Figure.rate("append-64-callers-" + kind, APPENDS, MANY_CALLERS));
  }

  /** Ten ids of many, most of which are there before the peers are asked. */
  private static Experiment listing(String collation, int docs) {
    return Experiment.of(
            "list",
            Lineup.STORES,
            c -> c.with("prefix", "doc-00001").with("collation", collation),
            Figure.rate("list-10-of-" + docs + "-" + collation, "ids/s"))
        .withFixture(c -> c.with("docs", 1).with("records", 0).with("bytes", 0))
        .withDocuments(docs);
  }

  private int sized(int whenQuick, int otherwise) {
    return quick ? whenQuick : otherwise;
  }

  private static Experiment append(String size, int bytes, String sync, int records) {
    return append(size, bytes, sync, records, sync.equals("full") ? APPEND_FULL : APPEND);
  }

  private static Experiment append(
      String size, int bytes, String sync, int records, Target[] targets) {
    String latency = "latency-" + size + "-" + sync;
    return Experiment.of(
        "append",
        Lineup.ALL,
        c -> appending(c, DOCS, records, sync).with("bytes", bytes),
        Figure.rate("append-" + size + "-" + sync, APPENDS, targets),
        Figure.latency(latency + "-p50", Measure.P50, LATENCY),
        Figure.latency(latency + "-p99", Measure.P99, LATENCY),
        Figure.heap("heap-append-" + size + "-" + sync, "bytes/append"));
  }

  private static Command appending(Command command, int docs, int records, String sync) {
    return command.with("docs", docs).with("records", records).with("sync", sync);
  }

  private Experiment appendSession(String trace) {
    return Experiment.of(
            "append",
            Lineup.ALL,
            c -> ofSession(c).with("sync", "normal"),
            Figure.rate("append-" + trace, APPENDS, APPEND),
            Figure.heap("heap-append-" + trace, "bytes/append"))
        .withTrace(trace);
  }

  private Command ofSession(Command command) {
    return (quick ? command.with("records", 2_000) : command).with("docs", 1);
  }

  /** Peers with one thread append to the documents in turn, and are given less to do. */
  private static Experiment appendByThreads(
      String kind, String sync, int records, int ownRecords, Target... targets) {
    String name = kind.equals("virtual") ? "append-64-virtual-" : "append-64-threads-";
    return Experiment.of(
            "append",
            Lineup.STORES,
            c -> appending(c, THREADS, records, sync).with("bytes", 120),
            Figure.rate(name + sync, APPENDS, targets))
        .withOwn(
            c -> c.with("records", ownRecords).with("threads", THREADS).with("threadKind", kind));
  }

  private static Experiment load(String name, int docs, int records, int bytes) {
    return load(name, docs, records, bytes, LOAD);
  }

  private static Experiment load(String name, int docs, int records, int bytes, Target[] targets) {
    return Experiment.of(
            "load",
            Lineup.ALL,
            c -> c.with("docs", docs),
            Figure.rate("load-" + name, RECORDS, targets),
            Figure.heap("heap-load-" + name, "bytes/record"))
        .withFixture(c -> c.with("docs", docs).with("records", records).with("bytes", bytes));
  }

  private Experiment loadSession(String trace) {
    return Experiment.of(
            "load",
            Lineup.ALL,
            c -> c.with("docs", 1),
            Figure.rate("load-" + trace, RECORDS, LOAD),
            Figure.heap("heap-load-" + trace, "bytes/record"))
        .withFixture(this::ofSession)
        .withTrace(trace);
  }

  private static Experiment meta(int docs, Target... targets) {
    return Experiment.of(
            "meta",
            Lineup.STORES,
            c -> c.with("docs", docs),
            Figure.rate("meta", "documents/s", targets))
        .withFixture(c -> c.with("docs", docs).with("records", 1).with("bytes", 120));
  }

  private static Experiment replace(int docs, Target... targets) {
    return Experiment.of(
            "replace",
            Lineup.STORES,
            c -> appending(c, docs, 500, "normal").with("bytes", 120),
            Figure.rate("replace-500", "streams/s", targets))
        .withFixture(c -> c.with("docs", docs).with("records", 499).with("bytes", 120));
  }

  private static Experiment list(int docs) {
    return Experiment.of(
            "list",
            Lineup.STORES,
            c -> c.with("prefix", "doc-00001"),
            Figure.rate("list-10-of-" + docs, "ids/s", Target.of(Peers.JAVASCRIPT, 1_000)))
        .withFixture(c -> c.with("docs", docs).with("records", 0).with("bytes", 0));
  }

  private static Experiment checksumAppend(int records) {
    return Experiment.of(
        "append",
        Lineup.CHECKSUMS,
        c -> appending(c, DOCS, records, "normal").with("bytes", 120),
        Figure.rate("checksum-append", APPENDS, CHECKSUMS));
  }

  private static Experiment checksumLoad(int records) {
    return Experiment.of(
            "load",
            Lineup.CHECKSUMS,
            c -> c.with("docs", DOCS),
            Figure.rate("checksum-load", RECORDS, CHECKSUMS))
        .withFixture(c -> c.with("docs", DOCS).with("records", records).with("bytes", 120));
  }
}
