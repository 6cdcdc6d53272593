package org.kyneta.cli;

import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;
import tools.jackson.core.JsonToken;

/**
 * One document of a dump, whose records are read one after the other while they are stored.
 *
 * <p>The last record is not handed out before the rest of the line was checked, so that a line that
 * is wrong at its very end stores nothing.
 */
final class DumpLine implements Iterator<StoreRecord>, AutoCloseable {

  private final JsonInput in;
  private final RecordReader reader;
  private @Nullable String docId;
  private @Nullable StoreMeta currentMeta;
  private @Nullable StoreMeta lastMeta;
  private @Nullable StoreRecord next;
  private long records;

  private DumpLine(JsonInput in) {
    this.in = in;
    this.reader = new RecordReader(in);
  }

  /**
   * Reads a line up to its records; empty if there is nothing on it.
   *
   * @throws BadLineException if it is not a document
   */
  static Optional<DumpLine> begin(InputStream line) {
    DumpLine document = new DumpLine(new JsonInput(line));
    boolean begun = false;
    try {
      begun = document.readHead();
      return begun ? Optional.of(document) : Optional.empty();
    } finally {
      if (!begun) {
        document.close();
      }
    }
  }

  private boolean readHead() {
    JsonToken first = in.next();
    if (first == null) {
      return false;
    }
    if (first != JsonToken.START_OBJECT) {
      throw in.unexpected("an object");
    }
    if (!readMembers()) {
      throw in.unexpected("the member records");
    }
    if (docId == null) {
      throw new BadLineException("expected the member docId before records, found none");
    }
    in.expect(JsonToken.START_ARRAY, "records to be an array");
    advance();
    return true;
  }

  /** Reads members up to the records, and returns whether there are any. */
  private boolean readMembers() {
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "docId" -> docId = in.string("docId");
        case "currentMeta" -> currentMeta = reader.meta("currentMeta");
        case "records" -> {
          return true;
        }
        default ->
            throw new BadLineException(
                "expected the members docId, currentMeta and records, found "
                    + Shown.text(name, 80));
      }
    }
    return false;
  }

  private void advance() {
    if (in.next() == JsonToken.START_OBJECT) {
      try {
        next = reader.record();
      } catch (BadLineException e) {
        throw new BadLineException("record %d: %s".formatted(records, e.getMessage()), e);
      }
      records++;
      if (next instanceof Meta(StoreMeta meta)) {
        lastMeta = meta;
      }
      return;
    }
    next = null;
    readTail();
  }

  private void readTail() {
    if (!in.isAt(JsonToken.END_ARRAY)) {
      throw in.unexpected("a record, an object");
    }
    readMembers();
    if (!in.isAt(JsonToken.END_OBJECT)) {
      throw in.unexpected("the end of the document");
    }
    if (in.next() != null) {
      throw in.unexpected("the end of the line");
    }
    if (currentMeta == null || lastMeta == null || !currentMeta.equals(lastMeta)) {
      throw new BadLineException(
          "expected currentMeta to be the metadata of the last record of metadata, found %s"
              .formatted(currentMeta == null ? "no currentMeta" : "other metadata"));
    }
  }

  String docId() {
    return Objects.requireNonNull(docId);
  }

  /** Returns how many records were read. */
  long records() {
    return records;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public StoreRecord next() {
    StoreRecord record = next;
    if (record == null) {
      throw new NoSuchElementException();
    }
    advance();
    return record;
  }

  @Override
  public void close() {
    in.close();
  }
}
