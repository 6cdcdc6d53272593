package org.kyneta.cli;

import java.util.Iterator;
import java.util.Optional;
import org.kyneta.sql.Progress;
import org.kyneta.store.Cursor;
import org.kyneta.store.DocIds;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/**
 * The copying of all documents of one store into another, one record at a time.
 *
 * <p>Each document is read back when it is there: the digest of what was read and that of what was
 * written are compared after every one, so that a difference is named where it begins.
 */
final class StoreCopy {

  private final Store from;
  private final Store to;
  private final boolean replace;
  private final Progress progress;
  private final StreamDigest read = new StreamDigest();
  private final StreamDigest written = new StreamDigest();
  private long documents;
  private long records;

  StoreCopy(Store from, Store to, boolean replace, Progress progress) {
    this.from = from;
    this.to = to;
    this.replace = replace;
    this.progress = progress;
  }

  /** Copies; documents that were copied before a failure stay. */
  void run() {
    if (!replace) {
      requireNoneInBoth();
    }
    try (Cursor<String> ids = from.listDocIds()) {
      while (ids.hasNext()) {
        copy(ids.next());
      }
    } catch (HeadConflictException e) {
      throw stopped("%s came into being meanwhile".formatted(Shown.id(e.docId())), e);
    } catch (StoreException | Failure e) {
      throw stopped(String.valueOf(e.getMessage()), e);
    }
  }

  private Failure stopped(String problem, RuntimeException cause) {
    return new Failure(
        "%s; %s before that copied".formatted(problem, Shown.count(documents, "document")), cause);
  }

  /** Both stores list their ids in one order, so that one walk over both finds what they share. */
  private void requireNoneInBoth() {
    try (Cursor<String> ours = from.listDocIds();
        Cursor<String> theirs = to.listDocIds()) {
      if (!theirs.hasNext()) {
        return;
      }
      String there = theirs.next();
      while (ours.hasNext()) {
        String id = ours.next();
        while (DocIds.ORDER.compare(there, id) < 0) {
          if (!theirs.hasNext()) {
            return;
          }
          there = theirs.next();
        }
        if (there.equals(id)) {
          throw new Failure(
              "%s: document %s exists already (--replace replaces it); nothing was copied"
                  .formatted(to, Shown.id(id)));
        }
      }
    }
  }

  private void copy(String id) {
    Optional<DocumentSnapshot> found = DocumentSnapshot.of(from, id);
    if (found.isEmpty()) {
      return;
    }
    read.document(id);
    try (DocumentSnapshot document = found.get()) {
      Iterable<StoreRecord> stream = () -> new Reading(id, document);
      if (replace) {
        to.replace(id, stream);
      } else {
        to.replace(id, stream, Head.ABSENT);
      }
    }
    readBack(id);
    documents++;
  }

  /** A document on its way, which is refused at its end if its metadata is not what it says. */
  private final class Reading implements Iterator<StoreRecord> {

    private final String id;
    private final DocumentSnapshot document;

    Reading(String id, DocumentSnapshot document) {
      this.id = id;
      this.document = document;
    }

    @Override
    public boolean hasNext() {
      if (document.hasNext()) {
        return true;
      }
      if (!document.agrees()) {
        throw new Failure(
            "document %s: its metadata index says something else than its stream; verify says more"
                .formatted(Shown.id(id)));
      }
      return false;
    }

    @Override
    public StoreRecord next() {
      StoreRecord record = document.next();
      read.record(record);
      progress.at(++records, -1);
      return record;
    }
  }

  private void readBack(String id) {
    written.document(id);
    try (RecordCursor copy = to.loadAll(id)) {
      copy.forEachRemaining(written::record);
    }
    if (!written.hex().equals(read.hex())) {
      throw new Failure(
          "document %s: what was read back differs from what was written; did somebody else write?"
              .formatted(Shown.id(id)));
    }
  }

  long documents() {
    return documents;
  }

  long records() {
    return records;
  }

  /** Returns the SHA-256 that both sides have. */
  String digest() {
    return written.hex();
  }
}
