package org.kyneta.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.kyneta.sql.Progress;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/**
 * A made-up session in which several people type into many Yjs documents at once.
 *
 * <p>What a writer types follows from its number alone, so that nothing need be kept to compare
 * with what is read back; only the order in which the writers take turns is left to chance.
 */
final class DemoSession {

  static final int DOCUMENTS = 100;
  static final int WRITERS = 8;

  private static final int BURSTS = 125;
  private static final int LONGEST_BURST = 39;
  private static final int LONGEST_KEYSTROKE = 3;
  private static final int LONGEST_PASTE = 900;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz ,.\n";
  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "");

  private final Store store;
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong appends = new AtomicLong();

  DemoSession(Store store) {
    this.store = store;
  }

  /** A few keystrokes in a row, which are appended as one. */
  private record Burst(int document, List<Entry> updates) {}

  static String docId(int document) {
    return "notes/%03d".formatted(document + 1);
  }

  /** Returns what a writer types, burst by burst. */
  private static List<Burst> script(int writer) {
    SplittableRandom random = new SplittableRandom(writer);
    List<Burst> bursts = new ArrayList<>(BURSTS);
    Map<Integer, YjsTypist> typists = new HashMap<>();
    for (int i = 0; i < BURSTS; i++) {
      // Some documents are worked on more than others.
      int document = (int) (DOCUMENTS * random.nextDouble() * random.nextDouble());
      YjsTypist typist = typists.computeIfAbsent(document, d -> new YjsTypist(writer + 1));
      List<Entry> updates = new ArrayList<>();
      for (int left = random.nextInt(1, LONGEST_BURST + 1); left > 0; left--) {
        updates.add(typist.type(text(random)));
      }
      bursts.add(new Burst(document, updates));
    }
    return bursts;
  }

  /** A keystroke is a letter or a few, and now and then somebody pastes. */
  private static String text(RandomGenerator random) {
    int longest = random.nextInt(50) == 0 ? LONGEST_PASTE : LONGEST_KEYSTROKE;
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(1, longest + 1); left > 0; left--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  /** Registers the documents and lets everybody type. */
  void record(Progress progress) {
    long total = (long) WRITERS * BURSTS;
    for (int document = 0; document < DOCUMENTS; document++) {
      store.append(docId(document), StoreRecord.meta(META));
      records.incrementAndGet();
    }
    List<Future<?>> writers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        List<Burst> script = script(writer);
        writers.add(threads.submit(() -> script.forEach(burst -> type(burst, progress, total))));
      }
    }
    writers.forEach(DemoSession::requireDone);
  }

  private void type(Burst burst, Progress progress, long total) {
    store.appendAll(docId(burst.document), burst.updates);
    records.addAndGet(burst.updates.size());
    bytes.addAndGet(burst.updates.stream().mapToLong(DemoSession::size).sum());
    progress.at(appends.incrementAndGet(), total);
  }

  private static void requireDone(Future<?> writer) {
    try {
      writer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    } catch (ExecutionException e) {
      throw new Failure(Failures.describe(Failures.causeOf(e)), e);
    }
  }

  private static long size(Entry entry) {
    return entry.payload().data() instanceof Bytes(byte[] data) ? data.length : 0;
  }

  /** Reads everything back and compares it with what everybody typed. */
  void compare() {
    List<List<Entry>> typed = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS * WRITERS; i++) {
      typed.add(new ArrayList<>());
    }
    for (int writer = 0; writer < WRITERS; writer++) {
      for (Burst burst : script(writer)) {
        typed.get(burst.document * WRITERS + writer).addAll(burst.updates);
      }
    }
    for (int document = 0; document < DOCUMENTS; document++) {
      List<List<Entry>> expected = typed.subList(document * WRITERS, (document + 1) * WRITERS);
      if (!read(document).equals(expected)) {
        throw new Failure(
            "what was read back of %s is not what was written".formatted(docId(document)));
      }
    }
  }

  /** Returns a document's entries, those of each writer apart. */
  private List<List<Entry>> read(int document) {
    List<List<Entry>> found = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      found.add(new ArrayList<>());
    }
    try (RecordCursor cursor = store.loadAll(docId(document))) {
      while (cursor.hasNext()) {
        if (cursor.next() instanceof Entry entry) {
          found.get(YjsTypist.clientOf(entry.version()) - 1).add(entry);
        }
      }
    }
    return found;
  }

  /** Returns how many records were appended. */
  long records() {
    return records.get();
  }

  /** Returns the bytes of all updates. */
  long bytes() {
    return bytes.get();
  }

  /** Returns how many transactions that took, one a burst. */
  long appends() {
    return appends.get();
  }
}
