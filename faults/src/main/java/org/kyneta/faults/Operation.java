package org.kyneta.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.kyneta.store.Head;
import org.kyneta.store.HeadConflictException;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/**
 * One write to a store, in few words: its records follow from {@link Contents}.
 *
 * @param kind what is done
 * @param docId the document, without a line break
 * @param first the number of its first record, at least 0
 * @param count how many records it has, 0 for {@link Kind#DELETE}
 * @param startsWithMeta whether the first of them is metadata; always for {@link Kind#REPLACE}
 * @param head what it says of the document's head
 */
public record Operation(
    Kind kind, String docId, long first, int count, boolean startsWithMeta, Expected head) {

  /** What is done. */
  public enum Kind {
    /** Records are added: one by itself, some as a list. */
    APPEND,
    /** Records are added that the store goes through as it writes, in a transaction alone. */
    STREAM,
    /** The stream gives way to another one. */
    REPLACE,
    /** The document is removed. */
    DELETE
  }

  /** Which head a write expects. */
  public enum Expected {
    /** Any. */
    ANY,
    /** The one that it has. */
    CURRENT,
    /** Another one, so that it must be refused. */
    WRONG
  }

  private static final Head NOBODYS = new Head("nobody's");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if the numbers do not suit the kind
   */
  public Operation {
    Objects.requireNonNull(docId, "docId");
    boolean fits =
        switch (kind) {
          case DELETE -> count == 0 && !startsWithMeta;
          case REPLACE -> count > 0 && startsWithMeta;
          case APPEND, STREAM -> count > 0;
        };
    if (!fits || first < 0) {
      throw new IllegalArgumentException(
          "expected an operation that can be, found %s of %d records from %d on"
              .formatted(kind, count, first));
    }
  }

  /** Makes one that does not say what it expects. */
  public Operation(Kind kind, String docId, long first, int count, boolean startsWithMeta) {
    this(kind, docId, first, count, startsWithMeta, Expected.ANY);
  }

  /**
   * Does it, and returns when the store says that it was done, or that it breaks a rule.
   *
   * @return whether it was done
   * @throws org.kyneta.store.StoreException if the storage has failed, or the store does not know
   */
  public boolean applyTo(Store store, Contents contents) {
    try {
      switch (head) {
        case ANY -> apply(store, records(contents));
        case CURRENT -> apply(store, records(contents), store.head(docId));
        case WRONG -> apply(store, records(contents), NOBODYS);
      }
      return true;
    } catch (RecordRejectedException | HeadConflictException e) {
      return false;
    }
  }

  private void apply(Store store, List<StoreRecord> records) {
    switch (kind) {
      case DELETE -> store.delete(docId);
      case REPLACE -> store.replace(docId, records);
      case STREAM -> store.appendAll(docId, Collections.unmodifiableCollection(records));
      case APPEND -> {
        if (count == 1) {
          store.append(docId, records.getFirst());
        } else {
          store.appendAll(docId, records);
        }
      }
    }
  }

  private void apply(Store store, List<StoreRecord> records, Head expected) {
    switch (kind) {
      case DELETE -> store.delete(docId, expected);
      case REPLACE -> store.replace(docId, records, expected);
      case STREAM, APPEND -> {
        if (count == 1) {
          store.append(docId, records.getFirst(), expected);
        } else {
          store.appendAll(docId, records, expected);
        }
      }
    }
  }

  private List<StoreRecord> records(Contents contents) {
    List<StoreRecord> records = new ArrayList<>(count);
    for (Item item : items()) {
      records.add(contents.record(docId, item.number(), item.isMeta()));
    }
    return records;
  }

  private List<Item> items() {
    List<Item> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(new Item(first + i, startsWithMeta && i == 0, null));
    }
    return items;
  }

  /** Returns the stream that it leaves; empty if it must be refused. */
  Optional<List<Item>> after(List<Item> stream) {
    boolean isAddition = kind == Kind.APPEND || kind == Kind.STREAM;
    if (head == Expected.WRONG || (isAddition && stream.isEmpty() && !startsWithMeta)) {
      return Optional.empty();
    }
    List<Item> next = new ArrayList<>(isAddition ? stream : List.of());
    next.addAll(items());
    return Optional.of(next);
  }

  /** Returns it as a line of text. */
  public String toLine() {
    return "%s %d %d %b %s %s".formatted(kind, first, count, startsWithMeta, head, docId);
  }

  /**
   * Reads what {@link #toLine} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Operation parse(String line) {
    String[] parts = line.split(" ", 6);
    if (parts.length != 6) {
      throw new IllegalArgumentException("expected an operation, found " + line);
    }
    return new Operation(
        Kind.valueOf(parts[0]),
        parts[5],
        Long.parseLong(parts[1]),
        Integer.parseInt(parts[2]),
        Boolean.parseBoolean(parts[3]),
        Expected.valueOf(parts[4]));
  }

  /** Returns what it is in a few words. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String what =
        kind == Kind.DELETE ? name : "%s of %d to %d".formatted(name, first, first + count - 1);
    return switch (head) {
      case ANY -> what;
      case CURRENT -> what + " with the head";
      case WRONG -> what + " with a wrong head";
    };
  }
}
