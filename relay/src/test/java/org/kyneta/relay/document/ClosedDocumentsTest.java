package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** What is said to whoever comes too late. */
class ClosedDocumentsTest {

  private final List<Message> said = new ArrayList<>();

  /** A client that is told that there is nothing takes its own changes for safe. */
  @Test
  void aPeerIsNotToldThatThereIsNothingWhenTheRelayStops() {
    try (InMemoryStore store = new InMemoryStore()) {
      Documents documents =
          new Documents(
              store,
              new Replicas(InstantSource.system()),
              new Settings(10, 10, 1 << 20, Duration.ofMinutes(1), CompactionPolicy.DEFAULT),
              new SimpleMeterRegistry());
      Membership membership = documents.join(new Listener());
      assertThat(documents.close(Duration.ofSeconds(10))).isTrue();
      Message.Document document =
          new Message.Document(
              "doc", new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "02", Set.of("02"));
      AtomicBoolean done = new AtomicBoolean();
      membership.receive(new Present(List.of(document)), new Receipt(() -> done.set(true)));
      assertThat(done).isTrue();
      assertThat(said).isEmpty();
    }
  }

  private final class Listener extends SwitchedPeer {

    @Override
    public void answer(Message message) {
      said.add(message);
    }

    @Override
    public void change(Message message) {
      said.add(message);
    }
  }
}
