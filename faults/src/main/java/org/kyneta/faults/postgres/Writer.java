package org.kyneta.faults.postgres;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.kyneta.faults.Model;
import org.kyneta.faults.Operation;
import org.kyneta.faults.Workload;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;

/**
 * One who writes to documents of its own, and leaves alone those of which it does not know what
 * they hold. For one thread at a time.
 */
final class Writer {

  private static final int DOCUMENTS = 8;
  private static final long NUMBERS = 1_000_000;

  private final Model model;
  private final Workload workload;
  private final Set<String> known;
  private final List<StoreException> failures = Collections.synchronizedList(new ArrayList<>());

  /**
   * Makes one, all of whose documents have been judged.
   *
   * @param name what the names of its documents begin with
   * @param round how many there were of this name before
   */
  Writer(Model model, String name, int round) {
    this.model = model;
    Map<String, Integer> lengths = new HashMap<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String docId = name + "/" + i;
      lengths.put(docId, model.length(docId));
    }
    this.known = new HashSet<>(lengths.keySet());
    long seed = model.contents().seed() * 31 + name.hashCode() + round;
    this.workload = new Workload(seed, lengths, round * NUMBERS);
  }

  /** Returns what writes were refused, other than those of which it is not known. */
  List<StoreException> failures() {
    return List.copyOf(failures);
  }

  /** Writes until so many writes were acknowledged. */
  void write(Store store, int count) {
    int[] left = {count};
    writeWhile(store, () -> left[0] > 0, () -> left[0]--);
  }

  /**
   * Writes as long as it is to, and a document is left of which it knows what it holds.
   *
   * @param acknowledged runs after each write that was acknowledged
   */
  void writeWhile(Store store, BooleanSupplier goesOn, Runnable acknowledged) {
    while (goesOn.getAsBoolean() && !known.isEmpty()) {
      Operation operation = workload.next();
      if (known.contains(operation.docId()) && isDone(store, operation)) {
        acknowledged.run();
      }
    }
  }

  private boolean isDone(Store store, Operation operation) {
    model.begin(operation);
    try {
      if (operation.applyTo(store, model.contents())) {
        model.done(operation);
        workload.done(operation);
        return true;
      }
      model.refused(operation);
    } catch (OutcomeUnknownException e) {
      known.remove(operation.docId());
    } catch (StorageException e) {
      model.failed(operation);
      failures.add(e);
    } catch (StoreException e) {
      // The document is not what it was.
      known.remove(operation.docId());
      failures.add(e);
    }
    return false;
  }
}
