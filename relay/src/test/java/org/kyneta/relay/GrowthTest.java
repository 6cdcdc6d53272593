package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.YJS;
import static org.kyneta.relay.Samples.plainOffer;
import static org.kyneta.relay.Samples.present;
import static org.kyneta.relay.Samples.yjsOffer;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.document.CompactionPolicy;
import org.kyneta.relay.document.CompactionPolicy.Plain;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/** Documents in memory and streams in the store, which do not grow without bound. */
@Timeout(60)
class GrowthTest {

  private final WatchedStore store = new WatchedStore();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).start();
  }

  @AfterEach
  void stop() {
    store.beforeWrite = () -> {};
    relay.close();
    store.close();
  }

  private void restart(RelayLimits limits, CompactionPolicy compaction) throws IOException {
    relay.close();
    relay = Relay.builder().store(store).limits(limits).compaction(compaction).start();
  }

  @Test
  void documentsLeaveMemoryWhenTheyAreIdleAndComeBack() throws IOException {
    restart(RelayLimits.DEFAULT.withDocumentIdle(Duration.ofMillis(200)), CompactionPolicy.DEFAULT);
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      bob.ping();
      alice.send(plainOffer("doc", 1, "one"));
      bob.await(Offer.class);
      eventually("it to leave", () -> relay.metrics().contains("kyneta_documents_loaded 0.0"));
      alice.send(plainOffer("doc", 2, "two"));
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":2");
      assertThat(store.reads).as("read once, when it came back").containsExactly("doc");
    }
  }

  @Test
  void documentsLeaveMemoryWhenThereAreTooMany() throws IOException {
    restart(RelayLimits.DEFAULT.withDocumentBytes(1 << 20), CompactionPolicy.DEFAULT);
    String large = "x".repeat(100_000);
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      for (int i = 0; i < 50; i++) {
        alice.send(present("doc" + i, YJS));
        alice.send(yjsOffer("doc" + i, new YjsTyping(1), large));
      }
      for (int i = 0; i < 50; i++) {
        String docId = "doc" + i;
        eventually(docId + " to be stored", () -> store.records(docId).size() == 2);
      }
      eventually("most to leave", () -> loaded() < 15);
      alice.send(new Interest("doc0", Samples.NOTHING_YJS, false));
      Payload payload = alice.await(Offer.class).payload();
      assertThat(((Payload.Bytes) payload.data()).bytes()).hasSizeGreaterThan(100_000);
    }
  }

  private double loaded() {
    return relay
        .metrics()
        .lines()
        .filter(line -> line.startsWith("kyneta_documents_loaded "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aStreamThatHasGrownIsCompacted() throws IOException {
    restart(RelayLimits.DEFAULT, new CompactionPolicy(100, 1 << 20, 10, Plain.KEPT));
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("doc", YJS));
      YjsTyping typing = new YjsTyping(1);
      for (int i = 0; i < 250; i++) {
        alice.send(yjsOffer("doc", typing, "some text"));
        alice.ping();
      }
      eventually("a compaction", () -> relay.metrics().contains("outcome=\"done\""));
      eventually("all to be stored", () -> typed(store.records("doc")) == typing.clock());
      assertThat(store.records("doc")).hasSizeLessThan(150);
    }
  }

  /** How many characters the updates of one typist in a stream hold, by their last clock. */
  private static int typed(List<StoreRecord> records) {
    return records.getLast() instanceof Entry last ? YjsTyping.clockOf(last.version(), 1) : 0;
  }

  @Test
  void imagesAreCompactedSooner() throws IOException {
    restart(RelayLimits.DEFAULT, new CompactionPolicy(1_000, 1 << 20, 10, Plain.KEPT));
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("doc", Samples.EPHEMERAL));
      alice.await(Interest.class);
      for (int i = 1; i <= 45; i++) {
        Payload image = Payload.json(Kind.ENTIRETY, "{\"x\":" + i + "}");
        alice.send(new Offer("doc", image, "" + i, /* reciprocate= */ false));
        String stamp = "" + i;
        eventually("it to be stored", () -> lastVersion("doc").equals(stamp));
      }
      assertThat(store.records("doc")).hasSizeLessThan(14);
    }
  }

  @Test
  void aFailedCompactionHarmsNothingAndIsTriedAgain() throws IOException {
    restart(RelayLimits.DEFAULT, new CompactionPolicy(20, 1 << 20, 10, Plain.COMPACTED));
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc")) {
      AtomicInteger attempts = new AtomicInteger();
      store.beforeReplace =
          () -> {
            if (attempts.incrementAndGet() == 1) {
              throw new StorageException("the disk is full", null);
            }
          };
      for (int i = 1; i <= 60; i++) {
        alice.send(plainOffer("doc", i, "value " + i));
        int number = i;
        eventually("it to be stored", () -> latest("doc", number));
      }
      eventually("a failure", () -> relay.metrics().contains("outcome=\"failed\""));
      eventually("a compaction", () -> relay.metrics().contains("outcome=\"done\""));
    }
    try (TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":60");
    }
  }

  @Test
  void whatCannotBeCompactedIsLeftUntilSomethingIsAdded() throws IOException {
    restart(
        RelayLimits.DEFAULT.withDocumentIdle(Duration.ofMillis(200)),
        new CompactionPolicy(20, 1 << 20, 10, Plain.COMPACTED));
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      AtomicInteger attempts = new AtomicInteger();
      store.beforeReplace =
          () -> {
            attempts.incrementAndGet();
            throw new OutOfMemoryError("as if there were none");
          };
      for (int i = 1; i <= 20; i++) {
        alice.send(plainOffer("doc", i, "value " + i));
      }
      eventually("a failure", () -> relay.metrics().contains("outcome=\"failed\""));
      for (int i = 0; i < 3; i++) {
        eventually("it to leave", () -> relay.metrics().contains("kyneta_documents_loaded 0.0"));
        int before = store.reads.size();
        bob.send(Samples.plainInterest("doc"));
        eventually("it to be read", () -> store.reads.size() > before);
        bob.await(Offer.class, offer -> offer.version().equals(Samples.LINEAGE + ":20"));
      }
      assertThat(attempts).hasValue(1);
      alice.send(plainOffer("doc", 21, "value"));
      eventually("another attempt", () -> attempts.get() == 2);
      assertThat(latest("doc", 21)).isTrue();
    }
  }

  @Test
  void plainDocumentsAreCompactedOnlyIfThatIsAskedFor() throws IOException {
    String large = "x".repeat(60_000);
    for (boolean asked : List.of(false, true)) {
      String docId = "plain " + asked;
      relay.close();
      RelayBuilder builder = Relay.builder().store(store);
      relay = (asked ? builder.compactPlain() : builder).start();
      try (TestClient alice = TestClient.follow(relay.uri(), "alice", docId)) {
        for (int i = 1; i <= 40; i++) {
          alice.send(plainOffer(docId, i, i + large));
          int number = i;
          eventually("it to be stored", () -> latest(docId, number));
        }
        // What is done for a document follows what it was asked for before.
        alice.send(Samples.plainInterest(docId));
        alice.await(Offer.class);
      }
      if (asked) {
        assertThat(store.records(docId)).hasSizeLessThan(41);
      } else {
        assertThat(store.records(docId)).hasSize(41);
        assertThat(relay.metrics()).doesNotContain("outcome=\"done\"");
      }
    }
  }

  private boolean latest(String docId, int number) {
    return lastVersion(docId).equals(Samples.LINEAGE + ":" + number);
  }

  private String lastVersion(String docId) {
    List<StoreRecord> records = store.records(docId);
    return !records.isEmpty() && records.getLast() instanceof Entry e ? e.version() : "";
  }
}
