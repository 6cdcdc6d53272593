package org.kyneta.sqlite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.Head;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;

/**
 * What one document does when its operations come one after another: the contract in a few lines,
 * with nothing of the store's own code but how a head is computed.
 */
final class SequentialModel implements AutoCloseable {

  /** Computes heads, by one thread and with one document. */
  private final SqliteStore oracle = SqliteStore.inMemory(SqliteOptions.DEFAULT);

  private final Map<List<StoreRecord>, Head> heads = new HashMap<>();

  /** A document's records, and whether the store was closed. */
  record State(List<StoreRecord> records, boolean closed) {

    static final State EMPTY = new State(List.of(), false);

    @Nullable StoreMeta meta() {
      for (StoreRecord record : records.reversed()) {
        if (record instanceof StoreRecord.Meta(StoreMeta meta)) {
          return meta;
        }
      }
      return null;
    }
  }

  /** What an operation makes of a state, and what it tells its caller. */
  record Step(State state, Object result) {}

  /** What is told in place of a value. */
  enum Told {
    DONE,
    REJECTED,
    CLOSED,
    FAILED,
    UNKNOWN
  }

  record Conflict(Head actual) {}

  /** An operation of the store, by what it does to one document. */
  sealed interface Operation {

    record Append(List<StoreRecord> records, @Nullable Head expected) implements Operation {}

    record Replace(List<StoreRecord> records, @Nullable Head expected) implements Operation {}

    record Delete(@Nullable Head expected) implements Operation {}

    record Load() implements Operation {}

    record CurrentMeta() implements Operation {}

    record AskHead() implements Operation {}

    record IsListed() implements Operation {}

    record Close() implements Operation {}

    record Reopen() implements Operation {}
  }

  Step step(State state, Operation operation) {
    boolean changesThat =
        operation instanceof Operation.Close || operation instanceof Operation.Reopen;
    if (state.closed && !changesThat) {
      return new Step(state, Told.CLOSED);
    }
    return switch (operation) {
      case Operation.Append(List<StoreRecord> added, Head expected) -> {
        List<StoreRecord> records = new ArrayList<>(state.records);
        records.addAll(added);
        yield write(state, expected, isAllowed(state.meta(), added), records);
      }
      case Operation.Replace(List<StoreRecord> records, Head expected) ->
          write(state, expected, isReplacement(state.meta(), records), records);
      case Operation.Delete(Head expected) -> {
        Step step = write(state, expected, true, List.of());
        yield step.result instanceof Head ? new Step(step.state, Told.DONE) : step;
      }
      case Operation.Load() -> new Step(state, state.records);
      case Operation.CurrentMeta() -> new Step(state, Optional.ofNullable(state.meta()));
      case Operation.AskHead() -> new Step(state, head(state.records));
      case Operation.IsListed() -> new Step(state, state.meta() != null);
      case Operation.Close() -> new Step(new State(state.records, true), Told.DONE);
      case Operation.Reopen() -> new Step(new State(state.records, false), Told.DONE);
    };
  }

  private Step write(
      State state, @Nullable Head expected, boolean allowed, List<StoreRecord> records) {
    if (expected != null && !expected.equals(head(state.records))) {
      return new Step(state, new Conflict(head(state.records)));
    }
    if (!allowed) {
      return new Step(state, Told.REJECTED);
    }
    List<StoreRecord> after = List.copyOf(records);
    return new Step(new State(after, false), expected == null ? Told.DONE : head(after));
  }

  private static boolean isAllowed(@Nullable StoreMeta current, List<StoreRecord> records) {
    StoreMeta meta = current;
    for (StoreRecord record : records) {
      if (record instanceof StoreRecord.Meta(StoreMeta next)) {
        if (meta != null && !meta.replicaType().name().equals(next.replicaType().name())) {
          return false;
        }
        meta = next;
      } else if (meta == null) {
        return false;
      }
    }
    return true;
  }

  private static boolean isReplacement(@Nullable StoreMeta current, List<StoreRecord> records) {
    List<StoreRecord> metas =
        records.stream().filter(record -> record instanceof StoreRecord.Meta).toList();
    return !metas.isEmpty() && isAllowed(current, metas);
  }

  private Head head(List<StoreRecord> records) {
    return heads.computeIfAbsent(
        records,
        key -> {
          if (key.isEmpty()) {
            return Head.ABSENT;
          }
          oracle.replace("doc", key);
          Head head = oracle.head("doc");
          oracle.delete("doc");
          return head;
        });
  }

  @Override
  public void close() {
    oracle.close();
  }
}
