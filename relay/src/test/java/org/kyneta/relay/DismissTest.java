package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.plainOffer;
import static org.kyneta.relay.Samples.present;
import static org.kyneta.relay.SyncClient.eventually;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Vacant;

/** What becomes of a document for a peer that has dismissed it. */
@Timeout(60)
class DismissTest {

  private final WatchedStore store = new WatchedStore();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).meters(meters).start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  @Test
  void documentsThatAreDismissedMakeRoomForOthers() throws IOException {
    relay.close();
    relay =
        Relay.builder()
            .store(store)
            .meters(meters)
            .limits(RelayLimits.DEFAULT.withDocumentsPerPeer(2))
            .start();
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      for (int i = 0; i < 10; i++) {
        alice.send(present("doc-" + i, PLAIN));
        assertThat(alice.await(Interest.class).docId()).isEqualTo("doc-" + i);
        alice.send(new Dismiss("doc-" + i));
        alice.send(new Dismiss("doc-" + i));
      }
      alice.send(present("one", PLAIN));
      alice.send(present("two", PLAIN));
      alice.send(present("three", PLAIN));
      assertThat(alice.await(Vacant.class)).isEqualTo(new Vacant("three"));
      eventually(
          "what nobody has to be forgotten",
          () -> meters.get("kyneta.documents.known").gauge().value() == 2);
    }
  }

  @Test
  void whoHasDismissedADocumentHearsNothingOfItUntilItAsks() {
    try (TestClient alice = TestClient.follow(relay.uri(), "alice", "doc");
        TestClient bob = TestClient.follow(relay.uri(), "bob", "doc")) {
      alice.send(plainOffer("doc", 1, "one"));
      bob.await(Offer.class);
      bob.send(new Dismiss("doc"));
      bob.send(present("other", PLAIN));
      bob.await(Interest.class, interest -> interest.docId().equals("other"));
      int before = bob.messages().size();
      store.failing = true;
      alice.send(plainOffer("doc", 2, "two"));
      eventually("a failure", () -> relay.metrics().contains("storage_failures_total 1"));
      alice.send(new Dismiss("doc"));
      alice.send(present("doc", PLAIN));
      alice.ping();
      store.failing = false;
      assertThat(alice.await(Interest.class).docId()).as("asked for again").isEqualTo("doc");
      alice.send(plainOffer("doc", 2, "two"));
      eventually("it to be stored", () -> store.records("doc").size() == 3);
      bob.ping();
      assertThat(bob.messages()).hasSize(before);
      bob.send(new Interest("doc", Samples.LINEAGE + ":1", /* reciprocate= */ false));
      assertThat(bob.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":2");
    }
  }
}
