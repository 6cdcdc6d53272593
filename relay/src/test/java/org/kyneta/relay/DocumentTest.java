package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.YJS;
import static org.kyneta.relay.Samples.plainOffer;
import static org.kyneta.relay.Samples.present;
import static org.kyneta.relay.Samples.yjsOffer;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.document.CompactionPolicy;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;

/** What becomes of a document: who is told what, what is stored when, and what stays in memory. */
@Timeout(60)
class DocumentTest {

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

  private TestClient follower(String peerId, String docId) {
    TestClient client = TestClient.join(relay.uri(), peerId);
    client.send(present(docId, PLAIN));
    client.await(Interest.class);
    client.send(new Interest(docId, "kyneta.genesis:0", /* reciprocate= */ false));
    return client;
  }

  @Test
  void whoeverFollowsIsToldAndWhoeverDismissesIsNot() {
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = follower("bob", "doc")) {
      bob.ping();
      alice.send(plainOffer("doc", 1, "one"));
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":1");
      bob.send(new Dismiss("doc"));
      bob.ping();
      bob.send(present("other", PLAIN));
      bob.await(Interest.class, interest -> interest.docId().equals("other"));
      alice.send(plainOffer("doc", 2, "two"));
      alice.send(new Interest("doc", Samples.LINEAGE + ":1", false));
      alice.await(Offer.class);
      bob.ping();
      assertThat(bob.messages().stream().filter(Offer.class::isInstance)).hasSize(1);
      assertThat(alice.messages().stream().filter(Offer.class::isInstance))
          .as("the sender is told nothing but what it has asked for")
          .hasSize(1);
    }
  }

  @Test
  void aNewcomerIsAskedBeforeItIsGivenTheWhole() {
    try (TestClient alice = follower("alice", "doc")) {
      alice.send(plainOffer("doc", 1, "one"));
      eventually("it to be stored", () -> store.records("doc").size() == 2);
      try (TestClient bob = TestClient.join(relay.uri(), "bob")) {
        assertThat(bob.await(Message.class)).isEqualTo(present("doc", PLAIN));
        bob.send(present("doc", PLAIN));
        bob.send(new Interest("doc", null, /* reciprocate= */ false));
        assertThat(bob.await(Message.class))
            .isEqualTo(new Interest("doc", Samples.LINEAGE + ":1", false));
        Offer whole = bob.await(Offer.class);
        assertThat(whole.payload().kind()).isEqualTo(Kind.ENTIRETY);
      }
    }
  }

  @Test
  void othersLearnOfADocumentOnceItHasContent() {
    try (TestClient bob = TestClient.join(relay.uri(), "bob");
        TestClient alice = follower("alice", "doc")) {
      bob.ping();
      assertThat(bob.messages()).hasSize(1);
      alice.send(plainOffer("doc", 1, "one"));
      assertThat(bob.await(Present.class)).isEqualTo(present("doc", PLAIN));
      assertThat(bob.await(Interest.class).version()).isEqualTo(Samples.LINEAGE + ":1");
    }
  }

  @Test
  void nothingIsToldBeforeItIsStored() throws InterruptedException {
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = follower("bob", "doc")) {
      bob.ping();
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(1);
      store.beforeWrite =
          () -> {
            arrived.countDown();
            awaitQuietly(release);
          };
      alice.send(plainOffer("doc", 1, "one"));
      arrived.await();
      bob.send(new Interest("doc", "kyneta.genesis:0", /* reciprocate= */ false));
      Thread.sleep(100);
      bob.ping();
      assertThat(bob.messages().stream().filter(Offer.class::isInstance)).isEmpty();
      release.countDown();
      bob.await(Offer.class);
      assertThat(store.records("doc")).hasSize(2);
    }
  }

  @Test
  void anInterestBehindAnOfferIsAnsweredOnceTheOfferIsStored() throws InterruptedException {
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = TestClient.join(relay.uri(), "bob")) {
      bob.send(present("doc", PLAIN));
      bob.await(Interest.class);
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(1);
      store.beforeWrite =
          () -> {
            store.beforeWrite =
                () -> {
                  throw new StorageException("the disk is gone", null);
                };
            arrived.countDown();
            awaitQuietly(release);
          };
      alice.send(plainOffer("doc", 1, "one"));
      arrived.await();
      alice.send(plainOffer("doc", 2, "two"));
      alice.ping();
      bob.send(new Interest("doc", "kyneta.genesis:0", /* reciprocate= */ false));
      bob.ping();
      release.countDown();
      assertThat(bob.await(Offer.class).version())
          .as("the second could not be stored")
          .isEqualTo(Samples.LINEAGE + ":1");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void offersThatWaitAreStoredByOneWriteAndRelayedOneByOne() throws InterruptedException {
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = follower("bob", "doc")) {
      bob.ping();
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch arrived = new CountDownLatch(1);
      store.beforeWrite =
          () -> {
            arrived.countDown();
            awaitQuietly(release);
          };
      alice.send(plainOffer("doc", 1, "value"));
      arrived.await();
      for (int i = 2; i <= 21; i++) {
        alice.send(plainOffer("doc", i, "value"));
      }
      alice.ping();
      release.countDown();
      for (int i = 1; i <= 21; i++) {
        assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":" + i);
      }
      assertThat(store.writes).containsExactly(2, 20);
    }
  }

  @Test
  void whatCannotBeStoredIsToldToNobodyAndFetchedAgain() {
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = follower("bob", "doc")) {
      alice.send(plainOffer("doc", 1, "one"));
      bob.await(Offer.class);
      store.failing = true;
      alice.send(plainOffer("doc", 2, "two"));
      eventually("a failure", () -> relay.metrics().contains("storage_failures_total 1"));
      bob.send(new Interest("doc", Samples.LINEAGE + ":1", false));
      bob.ping();
      assertThat(bob.messages().stream().filter(Offer.class::isInstance)).hasSize(1);
      store.failing = false;
      Interest again = alice.await(Interest.class);
      assertThat(again).isEqualTo(new Interest("doc", Samples.LINEAGE + ":1", false));
      alice.send(plainOffer("doc", 2, "two"));
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":2");
    }
  }

  @Test
  void whatWasStoredWithoutAnybodyKnowingItIsRelayedAllTheSame() {
    try (SyncClient alice = SyncClient.join(relay.uri(), "alice");
        SyncClient bob = SyncClient.join(relay.uri(), "bob")) {
      alice.open("doc", YJS);
      bob.open("doc", YJS);
      YjsTyping typing = new YjsTyping(1);
      alice.change("doc", Samples.update(typing, "one"), "");
      eventually("bob to have it", () -> YjsTyping.clockOf(bob.version("doc"), 1) == 3);
      store.afterWrite =
          () -> {
            store.afterWrite = () -> {};
            throw new OutcomeUnknownException(
                "doc", "append", new StorageException("the disk does not answer", null));
          };
      alice.change("doc", Samples.update(typing, "two"), "");
      eventually("bob to have it", () -> YjsTyping.clockOf(bob.version("doc"), 1) == 6);
      assertThat(store.records("doc")).as("stored once").hasSize(3);
    }
  }

  @Test
  void aDocumentPresentedWhileTheStorageFailsIsServedWhenItWorksAgain() {
    store.failing = true;
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("doc", PLAIN));
      eventually("a failure", () -> relay.metrics().contains("storage_failures_total"));
      store.failing = false;
      assertThat(alice.await(Interest.class).docId()).isEqualTo("doc");
    }
  }

  @Test
  void aBrokenStreamIsRefusedAndOtherDocumentsLive() {
    store.store.append("broken", StoreRecord.meta(YJS));
    store.store.append("broken", StoreRecord.entry(Payload.binary(Kind.SINCE, new byte[] {1}), ""));
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("broken", YJS));
      assertThat(alice.await(Message.class)).isEqualTo(new Vacant("broken"));
      alice.send(yjsOffer("broken", new YjsTyping(1), "text"));
      alice.send(present("doc", YJS));
      alice.await(Interest.class);
      alice.ping();
      assertThat(store.records("broken")).hasSize(2);
      assertThat(relay.metrics()).contains("kyneta_documents_refused_total 1");
    }
  }

  @Test
  void whatIsStoredDecidesWhatADocumentIs() {
    store.store.append("doc", StoreRecord.meta(YJS));
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("doc", PLAIN));
      assertThat(alice.await(Message.class)).isEqualTo(new Vacant("doc"));
      alice.send(present("doc", YJS));
      alice.await(Interest.class);
    }
  }

  @Test
  void nothingIsStoredOfADocumentWithoutContent() {
    try (TestClient alice = follower("alice", "doc")) {
      alice.ping();
    }
    eventually("it to be forgotten", () -> relay.metrics().contains("documents_known 0.0"));
    assertThat(store.store.head("doc")).isEqualTo(org.kyneta.store.Head.ABSENT);
  }

  @Test
  void documentsLeaveMemoryWhenTheyAreIdleAndComeBack() throws IOException {
    restart(RelayLimits.DEFAULT.withDocumentIdle(Duration.ofMillis(200)), CompactionPolicy.DEFAULT);
    try (TestClient alice = follower("alice", "doc");
        TestClient bob = follower("bob", "doc")) {
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
    restart(RelayLimits.DEFAULT, new CompactionPolicy(100, 1 << 20, 10));
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
    restart(RelayLimits.DEFAULT, new CompactionPolicy(1_000, 1 << 20, 10));
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
    restart(RelayLimits.DEFAULT, new CompactionPolicy(20, 1 << 20, 10));
    try (TestClient alice = follower("alice", "doc")) {
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
    try (TestClient bob = follower("bob", "doc")) {
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":60");
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
