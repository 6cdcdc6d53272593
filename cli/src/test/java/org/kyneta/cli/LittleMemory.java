package org.kyneta.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;

/** What is to be done with a million records in a process with little memory. */
final class LittleMemory {

  private static long started;

  private LittleMemory() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Path records = directory.resolve("records.db");
    started = System.nanoTime();
    System.out.printf("loaded %d records%s", load(records), time());
    Path copy = directory.resolve("copy.db");
    run(InputStream.nullInputStream(), System.out, "copy", records, copy);
    System.out.printf("copied %d records%s", load(copy), time());
    Path dump = directory.resolve("dump.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(dump))) {
      run(InputStream.nullInputStream(), out, "dump", records);
    }
    System.out.printf("dumped %d bytes%s", Files.size(dump), time());
    Path loaded = directory.resolve("loaded.db");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(dump))) {
      run(in, System.out, "load", loaded);
    }
    System.out.printf("loaded %d records from it%s", load(loaded), time());
    Lines ids = new Lines();
    run(InputStream.nullInputStream(), ids, "ls", directory.resolve("many.db"));
    System.out.printf("listed %d ids%s", ids.count, time());
  }

  private static String time() {
    long nanos = System.nanoTime() - started;
    started = System.nanoTime();
    return " in " + Shown.seconds(nanos) + System.lineSeparator();
  }

  private static int load(Path file) {
    try (SqliteStore store = SqliteStore.openReadOnly(file, SqliteOptions.DEFAULT);
        RecordCursor cursor = store.loadAll("long")) {
      int count = 0;
      while (cursor.hasNext()) {
        StoreRecord record = cursor.next();
        if (count > 0 && !record.equals(MillionRecordsTest.entry(count))) {
          throw new IllegalStateException("record " + count + " is not what was written");
        }
        count++;
      }
      return count;
    }
  }

  private static void run(InputStream in, OutputStream out, Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int code = Kyneta.run(new Streams(in, out, System.err, false, false), words);
    if (code != Kyneta.DONE) {
      throw new IllegalStateException(words[0] + " ended with " + code);
    }
  }

  /** Counts lines instead of keeping them. */
  private static final class Lines extends OutputStream {

    private long count;

    @Override
    public void write(int b) {
      if (b == '\n') {
        count++;
      }
    }
  }
}
