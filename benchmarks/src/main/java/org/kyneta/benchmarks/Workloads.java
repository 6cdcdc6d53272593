package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Cursor;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/**
 * The rounds that every peer serves, each on a store that is opened for it, by one thread; {@code
 * javascript/bench.mjs} describes them.
 */
final class Workloads {

  static final StoreRecord META =
      StoreRecord.meta(StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "01abc"));

  private static final long WARM_UP_NANOSECONDS = 250_000_000;
  private static final int WARM_UP_APPENDS = 100;
  private static final int DEFAULT_REPLACEMENT = 500;

  private final Command command;
  private final Path file;

  private Workloads(Command command) {
    this.command = command;
    this.file = Path.of(command.text("file"));
  }

  /** Something to measure; returns how many operations it did on how many bytes. */
  private interface Pass {
    Work run(SqliteStore store);
  }

  private record Work(long operations, long bytes) {}

  /** Serves a round. */
  static Outcome perform(Command command) throws IOException {
    Workloads workloads = new Workloads(command);
    return switch (command.text("workload")) {
      case "fill" -> workloads.fill();
      case "append" -> workloads.append();
      case "load" -> workloads.repeated(workloads::load);
      case "meta" -> workloads.repeated(workloads::meta);
      case "replace" -> workloads.replace();
      case "list" -> workloads.repeated(workloads::list);
      case String other ->
          throw new IllegalArgumentException(
              "expected one of fill, append, load, meta, replace, list, found " + other);
    };
  }

  private Outcome fill() throws IOException {
    List<StoreRecord> stream =
        stream(command.number("records"), Payloads.pattern(command.number("bytes")));
    removeDatabase(file);
    try (SqliteStore store = open(file)) {
      return measured(() -> replaceAll(store, stream));
    }
  }

  private Outcome append() throws IOException {
    Payloads payloads =
        command.has("trace")
            ? Payloads.trace(Path.of(command.text("trace")))
            : Payloads.pattern(command.number("bytes"));
    int records =
        command.has("trace")
            ? command.number("records", payloads.count())
            : command.number("records");
    List<String> ids = documentIds();
    Path scratch = Path.of(file + "-warm-up");
    try (SqliteStore store = openRegistered(scratch, ids)) {
      int rounds = Math.ceilDiv(WARM_UP_APPENDS, Math.max(1, ids.size()));
      warmUp(() -> appendTo(store, ids, payloads, rounds));
    }
    removeDatabase(scratch);
    try (SqliteStore store = openRegistered(file, ids)) {
      return measured(() -> appendTo(store, ids, payloads, records));
    }
  }

  private static Work appendTo(
      SqliteStore store, List<String> ids, Payloads payloads, int records) {
    long bytes = 0;
    for (int n = 0; n < records; n++) {
      for (String id : ids) {
        store.append(id, payloads.entry(n));
        bytes += payloads.at(n).length;
      }
    }
    return new Work((long) ids.size() * records, bytes);
  }

  private Outcome replace() throws IOException {
    int records = command.number("records", DEFAULT_REPLACEMENT);
    List<StoreRecord> stream = stream(records - 1, Payloads.pattern(command.number("bytes")));
    return repeated(store -> replaceAll(store, stream));
  }

  private Work replaceAll(SqliteStore store, List<StoreRecord> stream) {
    int docs = command.number("docs");
    for (int doc = 0; doc < docs; doc++) {
      store.replace(documentId(doc), stream);
    }
    return new Work(docs, (long) docs * (stream.size() - 1) * command.number("bytes"));
  }

  /** A whole stream: a meta record and some entries. */
  private static List<StoreRecord> stream(int entries, Payloads payloads) {
    List<StoreRecord> stream = new ArrayList<>(entries + 1);
    stream.add(META);
    IntStream.range(0, entries).mapToObj(payloads::entry).forEach(stream::add);
    return stream;
  }

  private Work load(SqliteStore store) {
    int docs = command.number("docs");
    long records = 0;
    long bytes = 0;
    for (int doc = 0; doc < docs; doc++) {
      try (RecordCursor cursor = store.loadAll(documentId(doc))) {
        while (cursor.hasNext()) {
          records++;
          bytes += length(cursor.next());
        }
      }
    }
    return new Work(records, bytes);
  }

  private static int length(StoreRecord record) {
    return switch (record) {
      case StoreRecord.Meta meta -> 0;
      case Entry(Payload payload, String version) ->
          switch (payload.data()) {
            case Bytes(byte[] bytes) -> bytes.length;
            case Text(String text) -> text.length();
          };
    };
  }

  private Work meta(SqliteStore store) {
    int docs = command.number("docs");
    for (int doc = 0; doc < docs; doc++) {
      String id = documentId(doc);
      if (store.currentMeta(id).isEmpty()) {
        throw new IllegalStateException("expected metadata of " + id + ", found none");
      }
    }
    return new Work(docs, 0);
  }

  private Work list(SqliteStore store) {
    long ids = 0;
    try (Cursor<String> cursor = store.listDocIds(command.text("prefix"))) {
      while (cursor.hasNext()) {
        cursor.next();
        ids++;
      }
    }
    return new Work(ids, 0);
  }

  /** Opens the database that is there, warms up, and measures as many passes as asked for. */
  private Outcome repeated(Pass pass) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    int times = command.number("times");
    try (SqliteStore store = open(file)) {
      warmUp(() -> pass.run(store));
      return measured(() -> {
        long operations = 0;
        long bytes = 0;
        for (int n = 0; n < times; n++) {
          Work work = pass.run(store);
          operations += work.operations;
          bytes += work.bytes;
        }
        return new Work(operations, bytes);
      });
    }
  }

  private static void warmUp(Runnable work) {
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < WARM_UP_NANOSECONDS);
  }

  private static Outcome measured(Supplier<Work> work) {
    long start = System.nanoTime();
    Work done = work.get();
    return new Outcome(done.operations, System.nanoTime() - start, done.bytes);
  }

  private List<String> documentIds() {
    return IntStream.range(0, command.number("docs")).mapToObj(Workloads::documentId).toList();
  }

  /**
   * Returns {@code doc-000000}, {@code doc-000001}, …; by hand, since formatting takes longer than
   * reading metadata.
   */
  static String documentId(int doc) {
    String digits = Integer.toString(doc);
    return "doc-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }

  private SqliteStore openRegistered(Path database, List<String> ids) throws IOException {
    removeDatabase(database);
    SqliteStore store = open(database);
    ids.forEach(id -> store.append(id, META));
    return store;
  }

  /** Our store has no mode without synchronisation: {@code off} is the least that it has. */
  private SqliteStore open(Path database) {
    Durability durability =
        switch (command.text("sync", "normal")) {
          case "full" -> Durability.FULL;
          case "normal", "off" -> Durability.NORMAL;
          case String other ->
              throw new IllegalArgumentException("expected sync full, normal, off, found " + other);
        };
    return SqliteStore.open(database, SqliteOptions.DEFAULT.withDurability(durability));
  }

  private static void removeDatabase(Path database) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(Path.of(database + suffix));
    }
  }
}
