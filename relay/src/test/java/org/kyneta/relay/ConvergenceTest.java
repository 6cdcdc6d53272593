package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.SyncClient.eventually;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.SyncMode;

/** Clients that write at the same time end up with the same content. */
@Timeout(60)
class ConvergenceTest {

  private static final StoreMeta YJS =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "02aa");

  private final InMemoryStore store = new InMemoryStore();
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = Relay.builder().store(store).start();
  }

  @AfterEach
  void stop() {
    relay.close();
    store.close();
  }

  @Test
  void twoWritersOfAYjsDocumentConverge() {
    try (SyncClient alice = SyncClient.join(relay.uri(), "alice");
        SyncClient bob = SyncClient.join(relay.uri(), "bob")) {
      alice.open("doc", YJS);
      bob.open("doc", YJS);
      YjsTyping one = new YjsTyping(1);
      YjsTyping two = new YjsTyping(2);
      for (int i = 0; i < 50; i++) {
        alice.change("doc", Payload.binary(Kind.SINCE, one.type("a" + i)), "");
        bob.change("doc", Payload.binary(Kind.SINCE, two.type("b" + i)), "");
      }
      eventually("both to have the same", () -> alice.version("doc").equals(bob.version("doc")));
      assertThat(alice.content("doc")).isEqualTo(bob.content("doc")).isNotEmpty();
    }
  }
}
