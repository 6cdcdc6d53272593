package org.kyneta.faults.relay;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.kyneta.relay.replica.Merge.Unchanged;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.StoreRecord.Meta;

/** What a store holds, read as a relay reads it. Not thread-safe. */
final class Stored {

  private final Store store;
  private final List<String> findings;

  Stored(Store store, List<String> findings) {
    this.store = store;
    this.findings = findings;
  }

  /** Returns up to which of their edits they are stored, by writer; none for 0. */
  Map<Long, Long> counts(Shared shared) {
    return shared.counts(read(shared));
  }

  private Replica read(Shared shared) {
    Replica replica = new Replicas(InstantSource.system()).empty(shared.kind().meta());
    try (RecordCursor records = store.loadAll(shared.id())) {
      while (records.hasNext()) {
        StoreRecord next = records.next();
        switch (next) {
          case Entry entry -> replica.hydrate(entry);
          case Meta(var meta) when !meta.equals(shared.kind().meta()) ->
              findings.add("the store: %s: found %s".formatted(shared.id(), meta));
          case Meta _ -> {}
        }
      }
    } catch (UnreadableException | StoreException e) {
      findings.add("the store: %s: %s".formatted(shared.id(), e.getMessage()));
    }
    return replica;
  }

  /**
   * Notes what is stored though it was stored before.
   *
   * @param shared a document whose entries hold changes, and that was never compacted
   */
  void findTwice(Shared shared) {
    Replica replica = new Replicas(InstantSource.system()).empty(shared.kind().meta());
    try (RecordCursor records = store.loadAll(shared.id())) {
      while (records.hasNext()) {
        if (records.next() instanceof Entry entry && replica.merge(entry) instanceof Unchanged) {
          findings.add(
              "the store: %s: record %d holds nothing that was not stored before"
                  .formatted(shared.id(), records.seq()));
        }
      }
    } catch (UnreadableException | StoreException e) {
      findings.add("the store: %s: %s".formatted(shared.id(), e.getMessage()));
    }
  }
}
