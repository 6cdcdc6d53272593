package org.kyneta.faults.disk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.kyneta.store.Head;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/**
 * One write of a session: what a store is asked to do, and what must be there afterwards.
 *
 * @param number its place in the session, from 0, which its records carry
 * @param records what is appended, or the new stream
 */
record Operation(
    int number, String docId, Action action, Expecting expecting, List<StoreRecord> records) {

  private static final int DOCUMENTS = 6;

  enum Action {
    APPEND,
    APPEND_LIST,
    APPEND_ITERATED,
    REPLACE,
    DELETE
  }

  /** Which head a write expects. */
  enum Expecting {
    ANY,
    CURRENT,
    WRONG
  }

  /** Returns an operation of a session, which its seed decides. */
  static Operation of(long seed, int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    Action action =
        switch (random.nextInt(20)) {
          case 0, 1, 2, 3, 4, 5, 6, 7 -> Action.APPEND;
          case 8, 9, 10, 11 -> Action.APPEND_LIST;
          case 12, 13, 14 -> Action.APPEND_ITERATED;
          case 15, 16, 17 -> Action.REPLACE;
          default -> Action.DELETE;
        };
    Expecting expecting =
        switch (random.nextInt(12)) {
          case 0, 1 -> Expecting.CURRENT;
          case 2 -> Expecting.WRONG;
          default -> Expecting.ANY;
        };
    String docId = "document " + random.nextInt(DOCUMENTS);
    return new Operation(number, docId, action, expecting, records(random, action, number));
  }

  private static List<StoreRecord> records(SplittableRandom random, Action action, int number) {
    int count =
        switch (action) {
          case APPEND -> 1;
          case APPEND_LIST -> 1 + random.nextInt(8);
          case APPEND_ITERATED, REPLACE -> 1 + random.nextInt(40);
          case DELETE -> 0;
        };
    boolean beginsWithMeta = action != Action.APPEND || random.nextInt(4) == 0;
    List<StoreRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(i == 0 && beginsWithMeta ? meta(number) : entry(random, number));
    }
    return List.copyOf(records);
  }

  private static StoreRecord meta(int number) {
    return StoreRecord.meta(
        StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "schema of " + number));
  }

  private static StoreRecord entry(SplittableRandom random, int number) {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> 30_000;
          case 1, 2, 3 -> 3_000;
          default -> 1 + random.nextInt(200);
        };
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return StoreRecord.entry(Payload.binary(Kind.SINCE, bytes), "version " + number);
  }

  /** Does it; throws what the store throws. */
  void applyTo(Store store) {
    if (expecting == Expecting.ANY) {
      applyBlindly(store);
      return;
    }
    Head head = expecting == Expecting.CURRENT ? store.head(docId) : new Head("another");
    switch (action) {
      case APPEND -> store.append(docId, records.getFirst(), head);
      case APPEND_LIST, APPEND_ITERATED -> store.appendAll(docId, records, head);
      case REPLACE -> store.replace(docId, records, head);
      case DELETE -> store.delete(docId, head);
    }
  }

  private void applyBlindly(Store store) {
    switch (action) {
      case APPEND -> store.append(docId, records.getFirst());
      case APPEND_LIST -> store.appendAll(docId, records);
      case APPEND_ITERATED -> store.appendAll(docId, Collections.unmodifiableCollection(records));
      case REPLACE -> store.replace(docId, records);
      case DELETE -> store.delete(docId);
    }
  }

  /** Returns the stream that it makes of another; empty if it must be refused. */
  Optional<List<StoreRecord>> after(List<StoreRecord> before) {
    if (expecting == Expecting.WRONG) {
      return Optional.empty();
    }
    return switch (action) {
      case REPLACE -> Optional.of(records);
      case DELETE -> Optional.of(List.of());
      case APPEND, APPEND_LIST, APPEND_ITERATED ->
          before.isEmpty() && records.getFirst() instanceof StoreRecord.Entry
              ? Optional.empty()
              : Optional.of(Stream.concat(before.stream(), records.stream()).toList());
    };
  }

  /** Returns it in words. */
  @Override
  public String toString() {
    return "operation %d (%s of %d records to %s, expecting %s head)"
        .formatted(number, action, records.size(), docId, expecting);
  }
}
