package org.kyneta.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
 */
public record Operation(Kind kind, String docId, long first, int count, boolean startsWithMeta) {

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

  /**
   * Does it, and returns when the store says that it was done.
   *
   * @throws org.kyneta.store.StoreException if the store says that it was not, or that it does not
   *     know
   */
  public void applyTo(Store store, Contents contents) {
    switch (kind) {
      case DELETE -> store.delete(docId);
      case REPLACE -> store.replace(docId, records(contents));
      case STREAM -> store.appendAll(docId, Collections.unmodifiableCollection(records(contents)));
      case APPEND -> {
        if (count == 1) {
          store.append(docId, records(contents).getFirst());
        } else {
          store.appendAll(docId, records(contents));
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

  /** Returns the stream that it leaves. */
  List<Item> after(List<Item> stream) {
    List<Item> next = new ArrayList<>();
    if (kind == Kind.APPEND || kind == Kind.STREAM) {
      next.addAll(stream);
    }
    next.addAll(items());
    return next;
  }

  /** Returns it as a line of text. */
  public String toLine() {
    return "%s %d %d %b %s"
        .formatted(kind.name().toLowerCase(Locale.ROOT), first, count, startsWithMeta, docId);
  }

  /**
   * Reads what {@link #toLine} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Operation parse(String line) {
    String[] parts = line.split(" ", 5);
    if (parts.length != 5) {
      throw new IllegalArgumentException("expected an operation, found " + line);
    }
    return new Operation(
        Kind.valueOf(parts[0].toUpperCase(Locale.ROOT)),
        parts[4],
        Long.parseLong(parts[1]),
        Integer.parseInt(parts[2]),
        Boolean.parseBoolean(parts[3]));
  }

  /** Returns what it is in a few words. */
  @Override
  public String toString() {
    return kind == Kind.DELETE
        ? "delete"
        : "%s of %d to %d"
            .formatted(kind.name().toLowerCase(Locale.ROOT), first, first + count - 1);
  }
}
