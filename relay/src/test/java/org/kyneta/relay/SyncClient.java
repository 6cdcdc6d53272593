package org.kyneta.relay;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Text;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/**
 * A client that holds documents and synchronises them as the original does. Its replicas are those
 * of the relay, which merge as well as the clients' do.
 */
final class SyncClient implements AutoCloseable {

  private final Map<String, Held> documents = new ConcurrentHashMap<>();
  private final Set<String> vacant = ConcurrentHashMap.newKeySet();
  private final TestClient client;

  private SyncClient(URI uri, WireVersion version) {
    this.client = TestClient.connect(uri, version, this::handle, UnaryOperator.identity());
  }

  private static final class Held {
    final StoreMeta meta;
    final Replica replica;

    /** Whether the relay may be sent what changes here. */
    boolean asked;

    Held(StoreMeta meta) {
      this.meta = meta;
      this.replica = new Replicas(InstantSource.system()).empty(meta);
    }
  }

  static SyncClient join(URI uri, String peerId) {
    return join(uri, peerId, WireVersion.V3);
  }

  static SyncClient join(URI uri, String peerId, WireVersion version) {
    SyncClient client = new SyncClient(uri, version);
    client.client.establish(peerId);
    return client;
  }

  /** Opens a document, and tells the relay so. */
  void open(String docId, StoreMeta meta) {
    documents.put(docId, new Held(meta));
    client.send(
        new Present(
            List.of(
                new Message.Document(
                    docId,
                    meta.replicaType(),
                    meta.syncMode(),
                    meta.schemaHash(),
                    Set.of(meta.schemaHash())))));
  }

  /** Changes a document here, and tells the relay if it has asked. */
  void change(String docId, Payload payload, String version) {
    Held held = held(docId);
    synchronized (held) {
      Entry entry = new Entry(payload, version);
      try {
        held.replica.merge(entry);
      } catch (UnreadableException e) {
        throw new AssertionError(e);
      }
      if (held.asked) {
        String after = version.isEmpty() ? held.replica.version() : version;
        client.send(new Offer(docId, payload, after, /* reciprocate= */ false));
      }
    }
  }

  private Held held(String docId) {
    Held held = documents.get(docId);
    if (held == null) {
      throw new AssertionError("expected " + docId + " to be open, found it not");
    }
    return held;
  }

  String version(String docId) {
    Held held = held(docId);
    synchronized (held) {
      return held.replica.version();
    }
  }

  /** Returns what a store would hold. */
  List<Entry> content(String docId) {
    Held held = held(docId);
    synchronized (held) {
      return held.replica.compacted();
    }
  }

  /** Returns the text of the first entry that a store would hold, empty if there is none. */
  String text(String docId) {
    List<Entry> content = content(docId);
    return content.isEmpty() ? "" : ((Text) content.getFirst().payload().data()).text();
  }

  boolean isVacant(String docId) {
    return vacant.contains(docId);
  }

  TestClient client() {
    return client;
  }

  private void handle(Message message) {
    try {
      switch (message) {
        case Present present -> present.documents().forEach(d -> ask(d.docId()));
        case Interest interest -> answer(interest);
        case Offer offer -> merge(offer);
        case Vacant(String docId) -> vacant.add(docId);
        default -> {}
      }
    } catch (UnreadableException e) {
      throw new AssertionError(e);
    }
  }

  private void ask(String docId) {
    Held held = documents.get(docId);
    if (held != null) {
      synchronized (held) {
        boolean both = held.meta.syncMode().equals(SyncMode.COLLABORATIVE);
        client.send(new Interest(docId, version(held), both));
      }
    }
  }

  private void answer(Interest interest) throws UnreadableException {
    Held held = documents.get(interest.docId());
    if (held == null) {
      return;
    }
    synchronized (held) {
      boolean first = !held.asked;
      held.asked = true;
      for (Entry entry : held.replica.export(interest.version())) {
        client.send(new Offer(interest.docId(), entry.payload(), entry.version(), false));
      }
      if (first || interest.reciprocate()) {
        client.send(new Interest(interest.docId(), version(held), false));
      }
    }
  }

  /** The stamps of clients are whole milliseconds, and so never one of the relay's own. */
  private static String version(Held held) {
    String version = held.replica.version();
    return version.endsWith(".5") ? version.substring(0, version.length() - 2) : version;
  }

  private void merge(Offer offer) throws UnreadableException {
    Held held = documents.get(offer.docId());
    if (held != null) {
      synchronized (held) {
        if (held.replica.merge(new Entry(offer.payload(), offer.version()))
                instanceof Learned learned
            && learned.incomplete()) {
          client.send(new Interest(offer.docId(), version(held), false));
        }
      }
    }
  }

  /** Waits until something is true. */
  static void eventually(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TestClient.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("expected " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
