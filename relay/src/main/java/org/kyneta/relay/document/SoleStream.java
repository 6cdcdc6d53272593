package org.kyneta.relay.document;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** A stream that nobody else writes to. */
final class SoleStream implements Stream {

  private final String docId;
  private final Store store;
  private final Replicas replicas;
  private final Compactor compactor;

  SoleStream(String docId, Store store, Replicas replicas) {
    this.docId = docId;
    this.store = store;
    this.replicas = replicas;
    this.compactor = new Compactor(store, replicas);
  }

  @Override
  public Optional<Stored> read() throws RefusedException {
    return Stored.read(store, docId, replicas);
  }

  @Override
  public Saved append(List<StoreRecord> records, boolean inOrder) {
    store.appendAll(docId, records);
    return Saved.DONE;
  }

  @Override
  public Compactor.@Nullable Result compact() throws RefusedException {
    return compactor.compact(docId).orElse(null);
  }
}
