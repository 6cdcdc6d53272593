package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.wire.EncodedOffer;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Payload;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** What becomes of what one peer sends when another cannot be told of it. */
@Timeout(60)
class FailingPeerTest {

  @Test
  void whatWasStoredIsDoneWithThoughItCannotBeRelayed() throws InterruptedException {
    try (InMemoryStore store = new InMemoryStore()) {
      Documents documents =
          new Documents(
              store,
              new Replicas(InstantSource.system()),
              new Settings(10, 10, 1 << 20, Duration.ofMinutes(1), CompactionPolicy.DEFAULT),
              new SimpleMeterRegistry());
      Message.Document document =
          new Message.Document(
              "doc", new ReplicaType("plain", 1, 0), SyncMode.AUTHORITATIVE, "02", Set.of("02"));
      Membership writer = documents.join(new SwitchedPeer());
      Membership failing = documents.join(new FailingPeer());
      receive(failing, new Present(List.of(document)));
      receive(failing, new Interest("doc", "kyneta.genesis:0", /* reciprocate= */ false));
      receive(writer, new Present(List.of(document)));
      Payload batch =
          Payload.json(Payload.Kind.SINCE, "[[{\"path\":[],\"change\":{}}]]").withLineage("a");
      receive(writer, new Offer("doc", batch, "a:1", /* reciprocate= */ false));
      assertThat(store.loadAll("doc").stream()).hasSize(2);
      assertThat(documents.close(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static void receive(Membership membership, Message message) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    membership.receive(message, new Receipt(done::countDown));
    assertThat(done.await(10, TimeUnit.SECONDS)).as("%s to be done", message).isTrue();
  }

  private static final class FailingPeer extends SwitchedPeer {

    @Override
    public void change(EncodedOffer offer) {
      throw new AssertionError("it cannot be told");
    }
  }
}
