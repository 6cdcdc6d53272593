package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.YJS;
import static org.kyneta.relay.Samples.plainOffer;
import static org.kyneta.relay.Samples.present;
import static org.kyneta.relay.Samples.yjsOffer;
import static org.kyneta.relay.SyncClient.eventually;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.OutcomeUnknownException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.StorageException;
import org.kyneta.store.StoreRecord;

/** What becomes of a document: who is told what, what is stored when, and what stays in memory. */
@Timeout(60)
class DocumentTest {

  private final WatchedStore store = new WatchedStore();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).meters(meters).start();
  }

  @AfterEach
  void stop() {
    store.beforeWrite = () -> {};
    store.beforeRead = docId -> {};
    relay.close();
    store.close();
  }

  @Test
  void whoeverFollowsIsToldAndWhoeverDismissesIsNot() {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
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
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc")) {
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
        TestClient alice = TestClient.follow(relay.uri(), "alice", "doc")) {
      bob.ping();
      assertThat(bob.messages()).hasSize(1);
      alice.send(plainOffer("doc", 1, "one"));
      assertThat(bob.await(Present.class)).isEqualTo(present("doc", PLAIN));
      bob.ping();
      assertThat(bob.messages()).hasSize(2);
      bob.send(new Interest("doc", null, /* reciprocate= */ false));
      assertThat(bob.await(Message.class))
          .as("whoever was never asked is asked before it is given the whole")
          .isEqualTo(new Interest("doc", Samples.LINEAGE + ":1", false));
      assertThat(bob.await(Offer.class).payload().kind()).isEqualTo(Kind.ENTIRETY);
    }
  }

  @Test
  void othersLearnOfManyDocumentsByFewMessages() {
    try (TestClient bob = TestClient.join(relay.uri(), "bob");
        TestClient alice = TestClient.join(relay.uri(), "alice")) {
      Set<String> docIds = new TreeSet<>();
      for (int i = 0; i < 1_000; i++) {
        String docId = "doc-" + i;
        docIds.add(docId);
        alice.send(present(docId, PLAIN));
        alice.send(plainOffer(docId, 1, "one"));
      }
      Set<String> told = new TreeSet<>();
      eventually(
          "all documents to be told of",
          () -> {
            bob.ping();
            bob.presented().forEach(document -> told.add(document.docId()));
            return told.equals(docIds);
          });
      assertThat(bob.messages()).hasSizeLessThan(200);
      alice.ping();
      assertThat(alice.presented()).as("who has them is told once").hasSize(1_000);
    }
  }

  @Test
  void whoeverWantsVeryMuchDoesNotKeepOthersWaiting() throws InterruptedException {
    try (TestClient greedy = TestClient.join(relay.uri(), "greedy");
        TestClient alice = TestClient.join(relay.uri(), "alice")) {
      Halt halt = new Halt();
      store.beforeRead =
          docId -> {
            if (docId.startsWith("many")) {
              halt.run();
            }
          };
      List<Message.Document> many = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        many.addAll(present("many-" + i, PLAIN).documents());
      }
      greedy.send(new Present(many));
      halt.awaitArrival();
      eventually(
          "all to be known",
          () -> meters.get("kyneta.documents.known").gauge().value() == many.size());
      alice.send(present("doc", PLAIN));
      assertThat(alice.await(Interest.class).docId()).isEqualTo("doc");
      assertThat(greedy.messages().stream().filter(Interest.class::isInstance)).isEmpty();
      halt.release();
      greedy.await(Interest.class);
    }
  }

  @Test
  void nothingIsToldBeforeItIsStored() throws InterruptedException {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      bob.ping();
      Halt halt = new Halt();
      store.beforeWrite = halt;
      alice.send(plainOffer("doc", 1, "one"));
      halt.awaitArrival();
      bob.send(Samples.plainInterest("doc"));
      Thread.sleep(100);
      bob.ping();
      assertThat(bob.messages().stream().filter(Offer.class::isInstance)).isEmpty();
      halt.release();
      bob.await(Offer.class);
      assertThat(store.records("doc")).hasSize(2);
    }
  }

  @Test
  void anInterestBehindAnOfferIsAnsweredOnceTheOfferIsStored() throws InterruptedException {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.join(relay.uri(), "bob")) {
      bob.send(present("doc", PLAIN));
      bob.await(Interest.class);
      Halt halt = new Halt();
      store.beforeWrite =
          () -> {
            store.beforeWrite =
                () -> {
                  throw new StorageException("the disk is gone", null);
                };
            halt.run();
          };
      alice.send(plainOffer("doc", 1, "one"));
      halt.awaitArrival();
      alice.send(plainOffer("doc", 2, "two"));
      alice.ping();
      bob.send(Samples.plainInterest("doc"));
      bob.ping();
      halt.release();
      assertThat(bob.await(Offer.class).version())
          .as("the second could not be stored")
          .isEqualTo(Samples.LINEAGE + ":1");
    }
  }

  @Test
  void offersThatWaitAreStoredByOneWriteAndRelayedOneByOne() throws InterruptedException {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      bob.ping();
      Halt halt = new Halt();
      store.beforeWrite = halt;
      alice.send(plainOffer("doc", 1, "value"));
      halt.awaitArrival();
      for (int i = 2; i <= 21; i++) {
        alice.send(plainOffer("doc", i, "value"));
      }
      alice.ping();
      halt.release();
      for (int i = 1; i <= 21; i++) {
        assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":" + i);
      }
      assertThat(store.writes).containsExactly(2, 20);
    }
  }

  @Test
  void whatCannotBeStoredIsToldToNobodyAndFetchedAgain() {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
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
  void anIdThatTheStoreCannotHoldIsRefusedOnceAndForAll() {
    store.beforeRead =
        docId -> {
          if (docId.indexOf('\0') >= 0) {
            throw new RecordRejectedException(
                RecordRejectedException.Rule.BACK_END_CAN_HOLD,
                docId,
                "docId",
                "without U+0000",
                "one");
          }
        };
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("a\0b", YJS));
      assertThat(alice.await(Message.class)).isEqualTo(new Vacant("a\0b"));
      assertThat(relay.metrics()).contains("kyneta_storage_failures_total 0");
    }
  }

  @Test
  void messagesThatAreGivenUpIncompleteAreCounted() {
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      for (int group = 100; group <= 132; group++) {
        ByteBuffer fragment = ByteBuffer.allocate(19).put((byte) 3).put((byte) 1).putInt(1);
        fragment.putInt(group).putShort((short) 0).putShort((short) 2).putInt(2);
        alice.sendBytes(fragment.array());
      }
      alice.ping();
      assertThat(relay.metrics())
          .contains("kyneta_messages_dropped_total{reason=\"incomplete\"} 1.0");
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
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc")) {
      alice.ping();
    }
    eventually("it to be forgotten", () -> relay.metrics().contains("documents_known 0.0"));
    assertThat(store.store.head("doc")).isEqualTo(org.kyneta.store.Head.ABSENT);
  }
}
