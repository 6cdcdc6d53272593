package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.relay.replica.Merge.Unchanged;
import org.kyneta.relay.replica.Relation;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Capture;
import org.kyneta.relay.wire.Capture.Recorded;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Wire;
import org.kyneta.relay.wire.WireException;
import org.kyneta.relay.wire.WireLimits;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode.Delivery;

/**
 * Plays what real clients have sent to the original's relay to ours: two clients at once, and a
 * third after a restart on what was stored. Each is told of the same documents, and given content
 * that makes the same replica.
 */
@Timeout(120)
class CaptureReplayTest {

  private static final long PATIENCE_MILLIS = 3_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "ephemeral", "state", "yjs", "loro"})
  void clientsAreAnsweredAsByTheOriginal(String type) throws Exception {
    Map<String, Capture> captures =
        Capture.all().collect(Collectors.toMap(Capture::name, Function.identity()));
    Path file = folder.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file);
        Relay relay = Relay.builder().store(store).start();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> both = new ArrayList<>();
      for (String name : List.of("alice", "bob")) {
        Session session = new Session(captures.get(type + "-" + name + ".txt"), false);
        both.add(
            executor.submit(() -> {
              session.play(relay);
              return null;
            }));
      }
      for (Future<?> one : both) {
        one.get();
      }
    }
    try (SqliteStore store = SqliteStore.open(file);
        Relay relay = Relay.builder().store(store).start()) {
      // The original loses transient documents, or changes their stamps, when it is restarted.
      boolean isSame = !type.equals("ephemeral") && !type.equals("state");
      new Session(captures.get(type + "-carol-after-restart.txt"), isSame).play(relay);
    }
  }

  /** What one client says, and what it should and does hear. */
  private static final class Session {

    private final List<Recorded> frames;
    private final Wire fromClient = wire();
    private final Wire fromServer = wire();
    private final List<Entry> expected = new ArrayList<>();
    private final Set<String> expectedDocuments = new TreeSet<>();
    private final List<Entry> actual = new ArrayList<>();
    private final Set<String> documents = new TreeSet<>();
    private final boolean isLast;
    private int heard;
    private @Nullable StoreMeta meta;

    /**
     * Makes a session.
     *
     * @param isLast whether nobody else changes anything, so that what is heard must be equal; else
     *     it may be more
     */
    Session(@Nullable Capture capture, boolean isLast) {
      this.isLast = isLast;
      this.frames = Objects.requireNonNull(capture).frames();
    }

    private static Wire wire() {
      return Wire.client(WireVersion.V3, WireLimits.DEFAULT, System::nanoTime);
    }

    void play(Relay relay) throws Exception {
      try (TestClient client = TestClient.connect(relay.uri())) {
        for (Recorded frame : frames) {
          if (!frame.fromClient()) {
            read(frame);
            continue;
          }
          awaitExpected(client);
          Message message = read(frame);
          client.sendBytes(frame.bytes());
          if (message instanceof Offer offer) {
            actual.add(entry(offer));
          }
        }
        awaitExpected(client);
        compare(client);
      }
    }

    private Message read(Recorded frame) throws WireException {
      Wire wire = frame.fromClient() ? fromClient : fromServer;
      Message message = wire.accept(ByteBuffer.wrap(frame.bytes())).orElseThrow();
      switch (message) {
        case Offer offer -> expected.add(entry(offer));
        case Present(List<Message.Document> documents) -> {
          Message.Document first = documents.getFirst();
          meta = StoreMeta.of(first.type(), first.mode(), first.schemaHash());
          if (!frame.fromClient()) {
            documents.forEach(document -> expectedDocuments.add(document.docId()));
          }
        }
        default -> {}
      }
      return message;
    }

    private static Entry entry(Offer offer) {
      return new Entry(offer.payload(), offer.version());
    }

    private Replica replica(List<Entry> entries) throws UnreadableException {
      Replica replica = new Replicas(InstantSource.system()).empty(Objects.requireNonNull(meta));
      for (Entry entry : entries) {
        replica.hydrate(entry);
      }
      return replica;
    }

    /** What is there if each image counts by its time, and not by when it came. */
    private Replica replicaByTime(List<Entry> images) throws UnreadableException {
      Replica replica = new Replicas(InstantSource.system()).empty(Objects.requireNonNull(meta));
      for (Entry image : images) {
        var unused = replica.merge(image);
      }
      return replica;
    }

    /** Waits until the relay has told all that the original had told by then. */
    private void awaitExpected(TestClient client) throws Exception {
      long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
      while (meta != null && !hasExpected(client) && System.nanoTime() < deadline) {
        Thread.sleep(5);
      }
    }

    private boolean hasExpected(TestClient client) throws UnreadableException {
      listen(client);
      List<Entry> wanted = replica(expected).compacted();
      // Times are those of the recording or of today: what the other has written last may come
      // before what this one sends, and would be overwritten by it without them.
      boolean isOfImages =
          Objects.requireNonNull(meta).syncMode().delivery() == Delivery.SNAPSHOT_ONLY;
      return documents.containsAll(expectedDocuments)
          && (covers(replica(actual), wanted)
              || (isOfImages && !isLast && covers(replicaByTime(actual), wanted)));
    }

    /** Takes note of what has come since. */
    private void listen(TestClient client) {
      List<Message> messages = client.messages();
      for (Message message : messages.subList(heard, messages.size())) {
        if (message instanceof Present present) {
          present.documents().forEach(document -> documents.add(document.docId()));
        } else if (message instanceof Offer offer) {
          actual.add(entry(offer));
        }
      }
      heard = messages.size();
    }

    /** Returns whether entries teach a replica nothing. */
    private static boolean covers(Replica replica, List<Entry> entries) throws UnreadableException {
      for (Entry entry : entries) {
        boolean isStamp = entry.version().matches("[0-9.]+");
        Entry asNew = new Entry(entry.payload(), isStamp ? "99999999999999" : entry.version());
        if (!(replica.merge(asNew) instanceof Unchanged)) {
          return false;
        }
      }
      return true;
    }

    private void compare(TestClient client) throws UnreadableException {
      assertThat(hasExpected(client)).as("%s of %s", documents, actual).isTrue();
      assertThat(documents).isEqualTo(expectedDocuments);
      assertThat(replica(actual).compacted()).isNotEmpty();
      if (isLast) {
        assertThat(covers(replica(expected), replica(actual).compacted())).isTrue();
        assertThat(replica(actual).relationTo(replica(expected).version()))
            .isEqualTo(Relation.EQUAL);
      }
    }
  }
}
