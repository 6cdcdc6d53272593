package org.kyneta.faults.sqlite;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Report;
import org.kyneta.faults.Workload;
import org.kyneta.store.Store;

/**
 * A process that writes to a store with many threads until it is killed, and prints a {@link
 * Report} of each operation before it begins and when it has ended; {@link #FAILED} and a message
 * if one has failed.
 *
 * <p>It is started before it is needed: it waits for its assignment on the standard input, then for
 * the lengths of the documents, then for {@code go}.
 */
final class Writer {

  static final String GO = "go";
  static final String FAILED = "failed: ";

  /** Each line is one write, and so reaches the pipe whole or not at all. */
  private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private final Assignment assignment;
  private final Map<String, Integer> lengths;

  private Writer(Assignment assignment, Map<String, Integer> lengths) {
    this.assignment = assignment;
    this.lengths = lengths;
  }

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    if (line == null) {
      return; // Nobody needs it any more.
    }
    Assignment assignment = Assignment.parse(line);
    Map<String, Integer> lengths = new HashMap<>();
    for (String length = next(in); !length.equals(GO); length = next(in)) {
      String[] parts = length.split(" ", 2);
      lengths.put(parts[1], Integer.valueOf(parts[0]));
    }
    new Writer(assignment, lengths).run();
  }

  private static String next(BufferedReader in) throws IOException {
    @Nullable String line = in.readLine();
    if (line == null) {
      throw new IOException("expected " + GO + ", found the end of the input");
    }
    return line;
  }

  private void run() {
    orEnd(() -> {
      List<Store> stores = new ArrayList<>();
      for (int i = 0; i < assignment.stores(); i++) {
        stores.add(assignment.flaw().in(assignment.open()));
      }
      try (ExecutorService executor = Executors.newThreadPerTaskExecutor(Thread::new)) {
        for (int i = 0; i < Assignment.WRITERS; i++) {
          int writer = i;
          Store store = stores.get(i % stores.size());
          executor.execute(() -> orEnd(() -> write(store, writer)));
        }
      }
    });
  }

  private interface Body {
    void run() throws IOException;
  }

  /** Whatever fails ends the process, as nothing may. */
  private static void orEnd(Body body) {
    try {
      body.run();
    } catch (IOException | RuntimeException | Error e) {
      try {
        say(FAILED + String.valueOf(e).replace('\n', ' '));
      } catch (IOException nobodyReads) {
        e.addSuppressed(nobodyReads);
      }
      Runtime.getRuntime().halt(1);
    }
  }

  private void write(Store store, int writer) throws IOException {
    Contents contents = Assignment.contents(assignment.seed());
    Map<String, Integer> own = new HashMap<>();
    for (String docId : Assignment.docIds(writer)) {
      own.put(docId, lengths.getOrDefault(docId, 0));
    }
    long seed = (assignment.seed() * 31 + assignment.firstNumber()) * 31 + writer;
    Workload workload = new Workload(seed, own, assignment.firstNumber());
    while (true) {
      workload.perform(store, contents, report -> say(report.toLine()));
    }
  }

  private static void say(String line) throws IOException {
    OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
