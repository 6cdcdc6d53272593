package org.kyneta.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/**
 * A process that appends to documents of one file for some time, and then says how far each of its
 * threads has come: {@code document writer last-number slowest-append-in-milliseconds}.
 */
final class Appender {

  static final String SHARED = "shared";
  static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");

  private static final int LARGEST_BATCH = 4;

  private Appender() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    String name = args[1];
    long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000;
    List<Future<String>> results = new ArrayList<>();
    try (SqliteStore store = SqliteStore.open(file);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      store.append("own/" + name, StoreRecord.meta(META));
      for (String document : new String[] {SHARED, SHARED, "own/" + name}) {
        String writer = name + results.size();
        results.add(threads.submit(() -> append(store, document, writer, end)));
      }
      for (Future<String> result : results) {
        System.out.println(result.get());
      }
    }
  }

  private static String append(SqliteStore store, String document, String writer, long end) {
    int number = 0;
    long slowest = 0;
    for (long now = System.nanoTime(); now < end; ) {
      int batch = 1 + number % LARGEST_BATCH;
      if (batch == 1) {
        store.append(document, entry(writer, ++number));
      } else {
        List<StoreRecord> records = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
          records.add(entry(writer, ++number));
        }
        store.appendAll(document, records);
      }
      long then = now;
      now = System.nanoTime();
      slowest = Math.max(slowest, now - then);
    }
    return document + " " + writer + " " + number + " " + slowest / 1_000_000;
  }

  /** Returns an entry that follows from its number. */
  static StoreRecord entry(String writer, int number) {
    byte[] data = new byte[20 + number % 10];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (number * 31 + i);
    }
    return StoreRecord.entry(Payload.binary(Payload.Kind.SINCE, data), writer + ":" + number);
  }
}
