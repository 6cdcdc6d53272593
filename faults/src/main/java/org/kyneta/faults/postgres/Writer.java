package org.kyneta.faults.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/**
 * One who writes to documents of its own, and knows of each what it must hold. What it does is
 * decided by its seed, but for when it fails. For one thread at a time.
 */
final class Writer {

  private static final int DOCUMENTS = 8;
  private static final int MOST_FAILURES = 10;

  /** A stream is replaced when it is as long as this, so that it can be read in no time. */
  private static final int LONGEST = 150;

  /** A document, and what it holds if the write was done of which nobody knows. */
  private static final class Document {

    final String docId;
    List<StoreRecord> sure = List.of();
    @Nullable List<StoreRecord> doubtful;

    Document(String docId) {
      this.docId = docId;
    }
  }

  private final List<Document> documents = new ArrayList<>();
  private final String name;
  private final Random random;
  private final Score score;
  private int number;
  private final List<StorageException> failures = new ArrayList<>();

  Writer(String name, long seed, Score score) {
    this.name = name;
    this.random = new Random(seed ^ name.hashCode());
    this.score = score;
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(new Document(name + "/" + i));
    }
  }

  /** Returns what writes have failed of that changed nothing, the first few. */
  List<StorageException> failures() {
    return List.copyOf(failures);
  }

  /**
   * Writes until so many writes were acknowledged, or no document is left of which it knows what it
   * holds.
   *
   * @return whether there is such a document left
   */
  boolean write(Store store, int count) {
    List<Document> known =
        new ArrayList<>(documents.stream().filter(one -> one.doubtful == null).toList());
    for (int done = 0; done < count && !known.isEmpty(); ) {
      Document document = known.get(random.nextInt(known.size()));
      if (write(store, document)) {
        done++;
      }
      if (document.doubtful != null) {
        known.remove(document);
      }
    }
    return !known.isEmpty();
  }

  private boolean write(Store store, Document document) {
    Write write = choose(document);
    String text = name + "/" + number++;
    List<StoreRecord> records =
        document.sure.isEmpty() ? Write.FIRST.records(text) : write.records(text);
    List<StoreRecord> after = write.after(document.sure, records);
    try {
      switch (write) {
        case REPLACE -> store.replace(document.docId, records);
        case DELETE -> store.delete(document.docId);
        default -> store.appendAll(document.docId, records);
      }
      document.sure = after;
      score.acknowledge();
      return true;
    } catch (OutcomeUnknownException e) {
      document.doubtful = after;
      score.doubt();
      return false;
    } catch (StorageException e) {
      // It says that nothing was written, by which it will be judged.
      if (failures.size() < MOST_FAILURES) {
        failures.add(e);
      }
      return false;
    } catch (StoreException e) {
      document.doubtful = document.sure;
      score.lose("document %s refused what fits it: %s".formatted(document.docId, e));
      return false;
    }
  }

  private Write choose(Document document) {
    if (document.sure.isEmpty()) {
      return Write.FIRST;
    }
    if (document.sure.size() > LONGEST) {
      return Write.REPLACE;
    }
    int percent = random.nextInt(100);
    return percent < 70
        ? Write.APPEND
        : percent < 84
            ? Write.BATCH
            : percent < 90 ? Write.METADATA : percent < 97 ? Write.REPLACE : Write.DELETE;
  }

  /** Compares what each document holds with what it must hold, and takes note of what it does. */
  void judge(Store store, String when) {
    for (Document document : documents) {
      List<StoreRecord> found = Streams.load(store, document.docId);
      if (!found.equals(document.sure) && !found.equals(document.doubtful)) {
        boolean isLoss = document.sure.isEmpty() || !found.containsAll(document.sure);
        String finding =
            "%s, document %s: expected %s%s, found %s"
                .formatted(
                    when,
                    document.docId,
                    Streams.show(document.sure),
                    document.doubtful == null ? "" : " or " + Streams.show(document.doubtful),
                    Streams.show(found));
        if (isLoss) {
          score.lose(finding);
        } else {
          score.find(finding);
        }
      }
      document.sure = found;
      document.doubtful = null;
    }
  }
}
