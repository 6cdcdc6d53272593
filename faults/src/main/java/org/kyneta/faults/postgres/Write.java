package org.kyneta.faults.postgres;

import java.util.List;
import java.util.Map;
import org.kyneta.postgres.PostgresStore;
import org.kyneta.store.Head;
import org.kyneta.store.Position;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** A kind of write, each of which a store commits in a way of its own. */
enum Write {
  /** One entry, where the store knows how the stream ends. */
  APPEND {
    @Override
    List<StoreRecord> records(String text) {
      return List.of(Streams.entry(text));
    }

    @Override
    void run(Store store, Task task) {
      store.append(task.docId, task.records.getFirst());
    }
  },

  /** One entry, where the store does not know how the stream ends. */
  APPEND_UNSEEN {
    @Override
    List<StoreRecord> records(String text) {
      return APPEND.records(text);
    }

    @Override
    void run(Store store, Task task) {
      APPEND.run(store, task);
    }
  },

  /** Several entries. */
  BATCH {
    @Override
    void run(Store store, Task task) {
      store.appendAll(task.docId, task.records);
    }
  },

  /** Metadata, in a transaction of several statements. */
  METADATA {
    @Override
    List<StoreRecord> records(String text) {
      return List.of(Streams.entry(text), Streams.meta("00ff"));
    }

    @Override
    void run(Store store, Task task) {
      BATCH.run(store, task);
    }
  },

  /** What creates a document. */
  FIRST {
    @Override
    List<StoreRecord> before(String text) {
      return List.of();
    }

    @Override
    List<StoreRecord> records(String text) {
      return Streams.stream(2, text);
    }

    @Override
    void run(Store store, Task task) {
      BATCH.run(store, task);
    }
  },

  /** Entries with an expected head. */
  EXPECTING {
    @Override
    void run(Store store, Task task) {
      store.appendAll(task.docId, task.records, task.head);
    }
  },

  /** Entries with an expected position, as a relay appends. */
  POSITIONED {
    @Override
    void run(Store store, Task task) {
      PostgresStore shared = (PostgresStore) store;
      Map<String, Position> positions = shared.positions(List.of(task.docId));
      if (shared
          .appendAt(task.docId, task.records, positions.getOrDefault(task.docId, Position.ABSENT))
          .isEmpty()) {
        throw new IllegalStateException("the stream has moved");
      }
    }
  },

  /** A new stream. */
  REPLACE {
    @Override
    List<StoreRecord> records(String text) {
      return Streams.stream(3, text);
    }

    @Override
    List<StoreRecord> after(List<StoreRecord> before, List<StoreRecord> records) {
      return records;
    }

    @Override
    void run(Store store, Task task) {
      store.replace(task.docId, task.records);
    }

    @Override
    void runExpecting(Store store, Task task) {
      store.replace(task.docId, task.records, task.head);
    }
  },

  /** An end. */
  DELETE {
    @Override
    List<StoreRecord> records(String text) {
      return List.of();
    }

    @Override
    List<StoreRecord> after(List<StoreRecord> before, List<StoreRecord> records) {
      return List.of();
    }

    @Override
    void run(Store store, Task task) {
      store.delete(task.docId);
    }

    @Override
    void runExpecting(Store store, Task task) {
      store.delete(task.docId, task.head);
    }
  };

  /**
   * What is to be written.
   *
   * @param head the state of the stream before it
   */
  record Task(String docId, List<StoreRecord> records, Head head) {}

  /** Returns the stream that it is done to. */
  List<StoreRecord> before(String text) {
    return Streams.stream(2, "before " + text);
  }

  /** Returns records for it. */
  List<StoreRecord> records(String text) {
    return Streams.stream(3, text).subList(1, 4);
  }

  /** Returns the stream that it leaves. */
  List<StoreRecord> after(List<StoreRecord> before, List<StoreRecord> records) {
    return Streams.plus(before, records);
  }

  /** Returns whether only a {@link PostgresStore} has it, or tells it from another kind. */
  boolean isPostgresOnly() {
    return this == APPEND_UNSEEN || this == POSITIONED;
  }

  /** Does it. */
  abstract void run(Store store, Task task);

  /** Does it if the stream is still in the state before it. */
  void runExpecting(Store store, Task task) {
    store.appendAll(task.docId, task.records, task.head);
  }
}
