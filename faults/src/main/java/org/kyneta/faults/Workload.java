package org.kyneta.faults;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.kyneta.faults.Operation.Expected;
import org.kyneta.faults.Operation.Kind;
import org.kyneta.faults.Report.Stage;
import org.kyneta.store.Store;

/**
 * Draws the operations of one writer on documents of its own: mostly short appends, some batches,
 * replacements and removals; now and then one that expects a head, or that must be refused. What it
 * draws follows from its seed and from what was done. Not thread-safe.
 */
public final class Workload {

  private static final int LONG = 100;

  private final SplittableRandom random;
  private final List<String> docIds;
  private final Map<String, Integer> lengths;
  private long nextNumber;

  /**
   * Begins to draw.
   *
   * @param seed decides what is drawn
   * @param lengths the writer's documents, and how many records each has, 0 for those that do not
   *     exist
   * @param firstNumber the number of the first record that is written, above all that ever were
   */
  public Workload(long seed, Map<String, Integer> lengths, long firstNumber) {
    this.random = new SplittableRandom(seed);
    this.lengths = new ConcurrentHashMap<>(lengths);
    this.docIds = lengths.keySet().stream().sorted().toList();
    this.nextNumber = firstNumber;
  }

  /** Draws an operation, which may or may not be done. */
  public Operation next() {
    String docId = docIds.get(random.nextInt(docIds.size()));
    int length = lengths.getOrDefault(docId, 0);
    int draw = random.nextInt(100);
    Operation operation;
    if (length == 0) {
      operation =
          draw < 70
              ? of(Kind.APPEND, docId, 1, 4, draw % 10 > 0)
              : of(Kind.REPLACE, docId, 1, 20, true);
    } else if (draw < 6) {
      operation = of(Kind.DELETE, docId, 0, 0, false);
    } else if (draw < 22 || length > LONG) {
      operation = of(Kind.REPLACE, docId, 1, 20, true);
    } else if (draw < 70) {
      operation = of(Kind.APPEND, docId, 1, 1, draw % 8 == 0);
    } else if (draw < 92) {
      operation = of(Kind.APPEND, docId, 2, 8, draw % 8 == 0);
    } else {
      operation = of(Kind.STREAM, docId, 10, 40, false);
    }
    nextNumber += operation.count();
    return operation;
  }

  private Operation of(Kind kind, String docId, int least, int most, boolean startsWithMeta) {
    Expected head =
        switch (random.nextInt(12)) {
          case 0, 1 -> Expected.CURRENT;
          case 2 -> Expected.WRONG;
          default -> Expected.ANY;
        };
    int count = random.nextInt(least, most + 1);
    return new Operation(kind, docId, nextNumber, count, startsWithMeta, head);
  }

  /** What takes reports. */
  @FunctionalInterface
  public interface Listener {
    void take(Report report) throws IOException;
  }

  /**
   * Draws an operation, does it and reports both.
   *
   * @throws IOException if the listener does
   * @throws org.kyneta.store.StoreException if the operation fails
   */
  public void perform(Store store, Contents contents, Listener listener) throws IOException {
    Operation operation = next();
    listener.take(new Report(Stage.BEGUN, operation));
    boolean isDone = operation.applyTo(store, contents);
    listener.take(new Report(isDone ? Stage.DONE : Stage.REFUSED, operation));
    if (isDone) {
      done(operation);
    }
  }

  /** Takes note of how many records a document was found to have. */
  public void found(String docId, int length) {
    lengths.put(docId, length);
  }

  /** Takes note that an operation was done. */
  public void done(Operation operation) {
    switch (operation.kind()) {
      case DELETE -> lengths.put(operation.docId(), 0);
      case REPLACE -> lengths.put(operation.docId(), operation.count());
      case APPEND, STREAM -> lengths.merge(operation.docId(), operation.count(), Integer::sum);
    }
  }
}
