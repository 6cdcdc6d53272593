package org.kyneta.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.CorruptDataException;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * What a store must hold after what was reported about operations on it, and the judge of what it
 * does hold.
 *
 * <p>Each document is written by one writer at a time, which tells the model before it begins an
 * operation and how it has ended. An operation whose outcome is unknown, since the writer was told
 * so or died, may have been done or not, but not in part.
 *
 * <p>Thread-safe. Writers must rest while the store is judged, those of other documents may go on
 * while one document is.
 */
public final class Model {

  private final Contents contents;
  private final Map<String, History> documents = new TreeMap<>(DocIds.ORDER);
  private long clock;
  private long acknowledged;

  /**
   * Makes a model of an empty store.
   *
   * @param contents what the operations write
   */
  public Model(Contents contents) {
    this.contents = contents;
  }

  /** Returns what the operations write. */
  public Contents contents() {
    return contents;
  }

  /**
   * Notes that an operation is about to be asked of the store.
   *
   * @throws IllegalStateException if another one of the document is in flight
   */
  public synchronized void begin(Operation operation) {
    documents.computeIfAbsent(operation.docId(), id -> new History()).begin(operation, ++clock);
  }

  /**
   * Notes that the store has said that an operation was done.
   *
   * @throws IllegalStateException if it is not in flight
   */
  public synchronized void done(Operation operation) {
    history(operation).done(operation, ++clock);
    acknowledged++;
  }

  /**
   * Notes that the store has refused an operation since it breaks a rule, and has changed nothing.
   *
   * @throws IllegalStateException if it is not in flight
   */
  public synchronized void refused(Operation operation) {
    history(operation).refused(operation, ++clock);
  }

  /**
   * Notes that the store has said that an operation has failed, and has changed nothing.
   *
   * @throws IllegalStateException if it is not in flight
   */
  public synchronized void failed(Operation operation) {
    history(operation).failed(operation);
  }

  /**
   * Notes that the store does not know whether an operation was done.
   *
   * @throws IllegalStateException if it is not in flight
   */
  public synchronized void unknown(Operation operation) {
    history(operation).unknown(operation);
  }

  /** Returns the same, to be compared with another store. */
  public synchronized Model copy() {
    Model copy = new Model(contents);
    documents.forEach((docId, history) -> copy.documents.put(docId, history.copy()));
    copy.clock = clock;
    copy.acknowledged = acknowledged;
    return copy;
  }

  private History history(Operation operation) {
    History history = documents.get(operation.docId());
    if (history == null) {
      throw new IllegalStateException(
          operation.docId() + ": expected an operation in flight, found none");
    }
    return history;
  }

  /** Returns how many operations were reported as done so far. */
  public synchronized long acknowledged() {
    return acknowledged;
  }

  /** Returns how many records a document has if what was begun was done; 0 if it does not exist. */
  public synchronized int length(String docId) {
    History history = documents.get(docId);
    return history == null ? 0 : history.length();
  }

  /**
   * Compares all documents and the listing with what they must be, and takes what was found as what
   * is there from now on.
   */
  public synchronized Verdict judge(Store store) {
    List<History.Match> matches = new ArrayList<>();
    Verdict verdict = Verdict.NOTHING;
    List<String> present = new ArrayList<>();
    for (String docId : List.copyOf(documents.keySet())) {
      verdict = verdict.plus(judge(store, docId, matches));
      if (length(docId) > 0) {
        present.add(docId);
      }
    }
    return verdict.plus(order(matches)).plus(listing(store, present));
  }

  /**
   * Compares one document with what it must be, and takes what was found as what is there from now
   * on.
   */
  public synchronized Verdict judge(Store store, String docId) {
    return judge(store, docId, new ArrayList<>());
  }

  private Verdict judge(Store store, String docId, List<History.Match> matches) {
    List<String> findings = new ArrayList<>();
    List<StoreRecord> records = read(store, docId, findings);
    List<Item> found = records.stream().map(record -> contents.recognize(docId, record)).toList();
    metadata(store, docId, records, findings);
    History.Match match = documents.computeIfAbsent(docId, id -> new History()).adopt(found);
    matches.add(match);
    if (match.problem() != null) {
      findings.add(match.problem());
    }
    List<String> losses = new ArrayList<>();
    if (match.loss() != null) {
      losses.add(docId + ": " + match.loss());
    }
    findings.replaceAll(finding -> docId + ": " + finding);
    return new Verdict(match.unknown(), match.lost(), losses, findings);
  }

  private static List<StoreRecord> read(Store store, String docId, List<String> findings) {
    List<StoreRecord> records = new ArrayList<>();
    try (RecordCursor cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        StoreRecord record = cursor.next();
        if (cursor.seq() != records.size()) {
          findings.add("expected seq %d, found %d".formatted(records.size(), cursor.seq()));
        }
        records.add(record);
      }
    } catch (CorruptDataException e) {
      findings.add("expected to read it, found " + e.getMessage());
    }
    return records;
  }

  private static void metadata(
      Store store, String docId, List<StoreRecord> records, List<String> findings) {
    @Nullable StoreMeta last = null;
    for (StoreRecord record : records) {
      if (record instanceof StoreRecord.Meta(StoreMeta meta)) {
        last = meta;
      }
    }
    Optional<StoreMeta> current = store.currentMeta(docId);
    if (!current.equals(Optional.ofNullable(last))) {
      findings.add(
          "expected the stream's metadata %s, found in the index %s"
              .formatted(name(Optional.ofNullable(last)), name(current)));
    }
    boolean isAbsent = store.head(docId).equals(Head.ABSENT);
    if (isAbsent != records.isEmpty()) {
      findings.add(
          "expected %d records, found a head that says otherwise".formatted(records.size()));
    }
  }

  private static String name(Optional<StoreMeta> meta) {
    return meta.map(StoreMeta::schemaHash).orElse("none");
  }

  /** What was begun after a lost operation was done cannot be there: what is lost is a tail. */
  private static Verdict order(List<History.Match> matches) {
    long firstLost = matches.stream().mapToLong(History.Match::firstLost).min().orElse(0);
    long lastKept = matches.stream().mapToLong(History.Match::lastKept).max().orElse(0);
    return lastKept <= firstLost
        ? Verdict.NOTHING
        : Verdict.of("an operation is there that was begun after a lost one had been acknowledged");
  }

  private static Verdict listing(Store store, List<String> expected) {
    List<String> found = new ArrayList<>();
    try (Cursor<String> ids = store.listDocIds()) {
      ids.forEachRemaining(found::add);
    }
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(found);
    List<String> tooMany = new ArrayList<>(found);
    tooMany.removeAll(expected);
    return found.equals(expected)
        ? Verdict.NOTHING
        : Verdict.of(
            ("expected the documents that have records to be listed in order, found %s missing and"
                    + " %s too many")
                .formatted(missing, tooMany));
  }
}
