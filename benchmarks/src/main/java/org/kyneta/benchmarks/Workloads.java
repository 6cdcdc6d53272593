package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kyneta.store.Cursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/**
 * The rounds that every peer serves, each on a database that is opened for it; {@code
 * javascript/bench.mjs} describes them. Peers without a store append and load only.
 */
final class Workloads {

  static final StoreRecord META =
      StoreRecord.meta(StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "01abc"));

  private static final long WARM_UP_NANOSECONDS = 250_000_000;
  private static final int DEFAULT_REPLACEMENT = 500;

  private final Command command;
  private final Access access;
  private final String place;

  private Workloads(Command command, Access access) {
    this.command = command;
    this.access = access;
    this.place = command.text("file");
  }

  /** Something to measure. */
  private interface Pass<S> {
    Work run(S subject);
  }

  /** Serves a round. */
  static Outcome perform(Command command, Access access) throws IOException {
    Workloads workloads = new Workloads(command, access);
    return switch (command.text("workload")) {
      case "fill" -> workloads.fill();
      case "append" -> new Appending(command, access).run();
      case "load" -> workloads.load();
      case "meta" -> workloads.repeated(workloads::meta);
      case "replace" -> workloads.replace();
      case "list" -> workloads.repeated(workloads::list);
      case String other ->
          throw new IllegalArgumentException(
              "expected one of fill, append, load, meta, replace, list, found " + other);
    };
  }

  private Outcome fill() throws IOException {
    List<StoreRecord> stream;
    if (command.has("trace")) {
      Payloads payloads = Payloads.trace(Path.of(command.text("trace")));
      stream = stream(command.number("records", payloads.count()), payloads);
    } else {
      stream = stream(command.number("records"), Payloads.pattern(command.number("bytes")));
    }
    try (Store store = access.openNewStore(place, command)) {
      return Meter.measure(() -> replaceAll(store, stream));
    }
  }

  private Outcome replace() throws IOException {
    int records = command.number("records", DEFAULT_REPLACEMENT);
    List<StoreRecord> stream = stream(records - 1, Payloads.pattern(command.number("bytes")));
    return repeated(store -> replaceAll(store, stream));
  }

  private Work replaceAll(Store store, List<StoreRecord> stream) {
    int docs = command.number("docs");
    for (int doc = 0; doc < docs; doc++) {
      store.replace(documentId(doc), stream);
    }
    long bytes = stream.stream().mapToLong(StoreSubject::length).sum();
    return new Work(docs, docs * bytes);
  }

  /** A whole stream: a meta record and some entries. */
  private static List<StoreRecord> stream(int entries, Payloads payloads) {
    List<StoreRecord> stream = new ArrayList<>(entries + 1);
    stream.add(META);
    Stream.of(payloads.first(entries)).map(Update::entry).forEach(stream::add);
    return stream;
  }

  private Outcome load() throws IOException {
    access.require(place);
    try (Subject subject = access.open(place, command)) {
      return repeated(subject, this::load);
    }
  }

  private Work load(Subject subject) {
    int docs = command.number("docs");
    long records = 0;
    long bytes = 0;
    for (int doc = 0; doc < docs; doc++) {
      Work stream = subject.load(documentId(doc));
      records += stream.operations();
      bytes += stream.bytes();
    }
    return new Work(records, bytes);
  }

  private Work meta(Store store) {
    int docs = command.number("docs");
    for (int doc = 0; doc < docs; doc++) {
      String id = documentId(doc);
      if (store.currentMeta(id).isEmpty()) {
        throw RawSql.noMetadata(id);
      }
    }
    return new Work(docs, 0);
  }

  private Work list(Store store) {
    long ids = 0;
    try (Cursor<String> cursor = store.listDocIds(command.text("prefix"))) {
      while (cursor.hasNext()) {
        cursor.next();
        ids++;
      }
    }
    return new Work(ids, 0);
  }

  private Outcome repeated(Pass<Store> pass) throws IOException {
    access.require(place);
    try (Store store = access.openStore(place, command)) {
      return repeated(store, pass);
    }
  }

  /** Warms up, and measures as many passes as asked for. */
  private <S> Outcome repeated(S subject, Pass<S> pass) {
    int times = command.number("times");
    warmUp(() -> pass.run(subject));
    return Meter.measure(() -> {
      long operations = 0;
      long bytes = 0;
      for (int n = 0; n < times; n++) {
        Work work = pass.run(subject);
        operations += work.operations();
        bytes += work.bytes();
      }
      return new Work(operations, bytes);
    });
  }

  static void warmUp(Runnable work) {
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < WARM_UP_NANOSECONDS);
  }

  /**
   * Returns {@code doc-000000}, {@code doc-000001}, …; by hand, since formatting takes longer than
   * reading metadata.
   */
  static String documentId(int doc) {
    String digits = Integer.toString(doc);
    return "doc-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }
}
