package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;

/** What clients ask for while the store is not available waits, and takes next to no memory. */
@Timeout(60)
class UnavailableStoreTest {

  private static final int CLIENTS = 20;
  private static final String NONE_FAILED = "kyneta_storage_failures_total 0.0";
  private static final int MIB = 1 << 20;

  @Test
  void clientsThatAskWhileTheStoreIsNotAvailableStayConnectedAndAreAnswered() throws Exception {
    WatchedStore store = new WatchedStore();
    RelayLimits limits = RelayLimits.DEFAULT.withBufferBytes(MIB);
    List<TestClient> clients = new ArrayList<>();
    try (Relay relay = Relay.builder().store(store).limits(limits).start()) {
      try (SyncClient writer = SyncClient.join(relay.uri(), "writer")) {
        writer.open("doc", Samples.YJS);
        YjsTyping typing = new YjsTyping(1);
        writer.change("doc", Samples.update(typing, "stored"), "");
        SyncClient.eventually("it to be stored", () -> store.store.currentMeta("doc").isPresent());
        store.failing = true;
        writer.change("doc", Samples.update(typing, " later"), "");
        SyncClient.eventually("a write to fail", () -> !relay.metrics().contains(NONE_FAILED));
        for (int i = 0; i < CLIENTS; i++) {
          TestClient client = TestClient.join(relay.uri(), "asking" + i);
          clients.add(client);
          client.send(Samples.present("doc", Samples.YJS));
          client.send(new Interest("doc", Samples.NOTHING_YJS, /* reciprocate= */ true));
          client.ping();
        }
        store.failing = false;
        for (TestClient client : clients) {
          client.await(Offer.class);
        }
        assertThat(relay.metrics()).contains("kyneta_connections %d.0".formatted(CLIENTS + 1));
      } finally {
        clients.forEach(TestClient::close);
      }
    }
  }
}
