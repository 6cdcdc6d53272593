package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.Payload.Text;

/** Clients whose clocks differ, or who write at the same time, end up with the same. */
@Timeout(60)
class CorrectionTest {

  private static final long AHEAD_MILLIS = 60_000;

  private InMemoryStore store;
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    store = new InMemoryStore();
    relay = Relay.builder().store(store).start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  private ClockClient join(String peerId) {
    return ClockClient.join(relay.uri(), peerId, System::currentTimeMillis);
  }

  /** Joins with a clock that is ahead of the relay's. */
  private ClockClient joinAhead(String peerId) {
    return ClockClient.join(relay.uri(), peerId, () -> System.currentTimeMillis() + AHEAD_MILLIS);
  }

  @Test
  void aReaderWhoseClockIsAheadFindsTheLastImage() {
    try (ClockClient alice = join("alice");
        ClockClient bob = joinAhead("bob")) {
      alice.write("{\"x\":1}");
      eventually("bob to have the first", () -> bob.image().equals("{\"x\":1}"));
      // He takes both for older than what he has taken over.
      alice.write("{\"x\":2}");
      alice.write("{\"x\":3}");
      eventually("bob to have the last", () -> bob.image().equals("{\"x\":3}"));
      assertThat(alice.image()).isEqualTo("{\"x\":3}");
      assertThat(alice.offers()).as("who writes alone is not corrected").isZero();
      assertThat(alice.presents()).isEqualTo(1);
    }
  }

  @Test
  void aWriterWhoseClockIsBehindIsToldWhatHasWon() {
    try (ClockClient alice = join("alice");
        ClockClient bob = joinAhead("bob")) {
      bob.write("{\"x\":\"bob\"}");
      eventually("alice to have it", () -> alice.image().equals("{\"x\":\"bob\"}"));
      alice.write("{\"x\":\"alice\"}");
      eventually("alice to be told", () -> alice.image().equals("{\"x\":\"bob\"}"));
      assertThat(bob.image()).isEqualTo("{\"x\":\"bob\"}");
    }
  }

  @Test
  void twoWhoWriteAtOnceDoNotSwap() {
    try (ClockClient alice = join("alice");
        ClockClient bob = join("bob");
        ClockClient carol = join("carol")) {
      for (int round = 0; round < 20; round++) {
        alice.write("{\"x\":\"alice %d\"}".formatted(round));
        bob.write("{\"x\":\"bob %d\"}".formatted(round));
        String end = round + "\"}";
        eventually(
            "all to have the same",
            () ->
                alice.image().endsWith(end)
                    && alice.image().equals(bob.image())
                    && alice.image().equals(carol.image()));
      }
    }
  }

  @Test
  void aCorrectionDoesNotUndoWhatItsPeerHasWrittenMeanwhile() {
    try (ClockClient alice = join("alice");
        TestClient bob = TestClient.join(relay.uri(), "bob")) {
      bob.send(Samples.present("doc", Samples.EPHEMERAL));
      bob.await(Interest.class);
      bob.send(new Interest("doc", "0", /* reciprocate= */ false));
      bob.ping();
      alice.write("{\"x\":1}");
      bob.await(Offer.class);
      bob.await(Present.class);
      long told = System.currentTimeMillis() + 60_000;
      bob.send(new Interest("doc", "" + told, /* reciprocate= */ false));
      Offer correction = bob.await(Offer.class);
      assertThat(correction.version()).as("sooner than any later write").isEqualTo(told + ".5");
      assertThat(correction.payload().data()).isEqualTo(new Text("{\"x\":1}"));
      // What he tells unasked is answered as ever.
      bob.send(new Interest("doc", "" + told, /* reciprocate= */ false));
      bob.send(new Interest("doc", "1", /* reciprocate= */ false));
      assertThat(bob.await(Offer.class).version()).isNotEqualTo(told + ".5");
    }
  }

  @Test
  void twoWhoWriteOneValueOfAStateDocumentInOneMillisecondAreBothToldTheLast() {
    try (TestClient alice = TestClient.join(relay.uri(), "alice");
        TestClient bob = TestClient.join(relay.uri(), "bob")) {
      for (TestClient client : List.of(alice, bob)) {
        client.send(Samples.present("doc", Samples.STATE));
        client.await(Interest.class);
        client.send(new Interest("doc", "0", /* reciprocate= */ false));
        client.ping();
      }
      alice.send(state("alice"));
      assertThat(bob.await(Offer.class).payload().data()).isEqualTo(leaf("alice"));
      // Written before that came: now each has what the other wrote.
      bob.send(state("bob"));
      assertThat(alice.await(Offer.class).payload().data()).isEqualTo(leaf("bob"));
      for (TestClient client : List.of(alice, bob)) {
        client.await(Present.class);
        client.send(new Interest("doc", "101", /* reciprocate= */ false));
        assertThat(client.await(Offer.class).payload().data()).isEqualTo(leaf("bob"));
      }
    }
  }

  private static Text leaf(String value) {
    return new Text("{\"x\":[\"" + value + "\",100]}");
  }

  private static Offer state(String value) {
    Payload payload = Payload.json(Kind.ENTIRETY, leaf(value).text());
    return new Offer("doc", payload.withLineage("kyneta.genesis"), "100", false);
  }
}
