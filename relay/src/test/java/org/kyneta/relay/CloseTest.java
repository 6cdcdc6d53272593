package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.plainOffer;
import static org.kyneta.relay.Samples.present;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;

/** How a relay stops. */
@Timeout(60)
class CloseTest {

  @Test
  void whatHasComeIsStoredAndRelayedAndAllAreToldFarewell() throws Exception {
    WatchedStore store = new WatchedStore();
    Relay relay = Relay.builder().store(store).start();
    try (TestClient alice = TestClient.join(relay.uri(), "alice");
        TestClient bob = TestClient.join(relay.uri(), "bob")) {
      for (TestClient client : new TestClient[] {alice, bob}) {
        client.send(present("doc", PLAIN));
        client.await(Interest.class);
        client.send(Samples.plainInterest("doc"));
        client.ping();
      }
      store.beforeWrite = () -> pause(500);
      for (int i = 1; i <= 20; i++) {
        alice.send(plainOffer("doc", i, "value"));
      }
      alice.ping();
      long started = System.nanoTime();
      relay.close();
      assertThat(System.nanoTime() - started).isLessThan(5_000_000_000L);
      assertThat(bob.awaitClose()).isEqualTo(1001);
      assertThat(bob.closeReason()).isEqualTo("Server shutting down");
      assertThat(bob.messages().getLast()).isEqualTo(new Depart());
      assertThat(bob.messages().stream().filter(Offer.class::isInstance)).hasSize(20);
      assertThat(store.records("doc")).hasSize(21);
      assertThat(alice.awaitClose()).isEqualTo(1001);
    }
    relay.close();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStoreThatHangsDoesNotKeepTheRelayFromStopping() throws Exception {
    WatchedStore store = new WatchedStore();
    Relay relay = Relay.builder().store(store).start();
    CompletableFuture<Void> release = new CompletableFuture<>();
    try (TestClient alice = TestClient.join(relay.uri(), "alice")) {
      alice.send(present("doc", PLAIN));
      store.beforeWrite =
          () -> {
            try {
              release.join();
            } catch (CompletionException e) {
              throw new IllegalStateException(e);
            }
          };
      alice.send(plainOffer("doc", 1, "value"));
      alice.ping();
      long started = System.nanoTime();
      relay.close();
      assertThat(System.nanoTime() - started).isLessThan(5_000_000_000L);
      assertThat(alice.awaitClose()).isEqualTo(1001);
    } finally {
      release.complete(null);
    }
  }

  @Test
  void aPortThatIsTakenIsReported() throws IOException {
    WatchedStore store = new WatchedStore();
    try (Relay relay = Relay.builder().store(store).start()) {
      org.assertj.core.api.Assertions.assertThatIOException()
          .isThrownBy(() -> Relay.builder().store(store).port(relay.port()).start())
          .withMessageContaining("" + relay.port());
    }
  }
}
