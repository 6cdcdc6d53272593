package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Entries.content;
import static org.kyneta.relay.replica.Entries.hydrated;
import static org.kyneta.relay.replica.Entries.text;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.replica.Recorded.Message;
import org.kyneta.store.StoreRecord.Entry;

/** What the original's relay answered real clients, beside what the replicas here answer. */
class RecordedSessionsTest {

  private final List<Entry> stored = new ArrayList<>();

  @Test
  void plainClientsAreAnsweredAsTheOriginalDid() throws IOException, UnreadableException {
    PlainReplica replica = new PlainReplica(Dialect.V3);
    List<Entry> fromAlice = offers("plain-alice", true);
    List<Entry> fromBob = offers("plain-bob", true);
    List<Entry> toBob = offers("plain-bob", false);

    for (Entry offer : fromAlice.subList(0, 4)) {
      assertThat(relayed(replica.merge(offer))).isEqualTo(offer);
    }
    assertThat(replica.export(interest("plain-bob"))).containsExactly(toBob.getFirst());
    List<Entry> toAlice = new ArrayList<>();
    List<Entry> alsoToBob = new ArrayList<>();
    for (int turn = 0; turn < 2; turn++) {
      toAlice.add(relayed(replica.merge(fromBob.get(turn))));
      alsoToBob.add(relayed(replica.merge(fromAlice.get(4 + turn))));
    }
    assertThat(toAlice).isEqualTo(offers("plain-alice", false));
    assertThat(alsoToBob).isEqualTo(toBob.subList(1, 3));

    PlainReplica restarted = hydrated(new PlainReplica(Dialect.V3), stored);
    assertThat(restarted.version()).isEqualTo("8696f2f5406b92c7:8");
    assertThat(restarted.export(interest("plain-carol-after-restart")))
        .isEqualTo(offers("plain-carol-after-restart", false));
    relayed(restarted.merge(offers("plain-carol-after-restart", true).getFirst()));
    assertThat(restarted.version()).isEqualTo("8696f2f5406b92c7:9");
    assertThat(content(restarted))
        .isEqualTo(
            "{\"title\":\"after restart\",\"tags\":{\"k\":\"v1\",\"k2\":\"v2\"},\"body\":\"world\","
                + "\"items\":[{\"name\":\"two\",\"done\":true}],\"count\":7}");
  }

  @Test
  void ephemeralClientsAreAnsweredAsTheOriginalDid() throws IOException, UnreadableException {
    EphemeralReplica replica = new EphemeralReplica(() -> Instant.ofEpochMilli(1));
    List<Entry> fromAlice = offers("ephemeral-alice", true);
    List<Entry> toBob = offers("ephemeral-bob", false);

    assertThat(replica.merge(fromAlice.get(0))).as("defaults").isInstanceOf(Merge.Unchanged.class);
    assertSameText(relayed(replica.merge(fromAlice.get(1))), fromAlice.get(1));
    assertThat(replica.merge(fromAlice.get(2))).as("again").isInstanceOf(Merge.Unchanged.class);
    assertSameText(replica.export(interest("ephemeral-bob")).getFirst(), toBob.getFirst());
    Entry toAlice = relayed(replica.merge(offers("ephemeral-bob", true).get(1)));
    assertSameText(toAlice, offers("ephemeral-alice", false).get(1));
    assertSameText(relayed(replica.merge(fromAlice.get(3))), toBob.get(1));

    EphemeralReplica restarted =
        hydrated(
            new EphemeralReplica(() -> Instant.ofEpochMilli(2_000_000_000_000L)),
            List.of(stored.getLast()));
    assertThat(restarted.version()).isEqualTo("1795351595696");
    assertSameText(
        restarted.export(interest("ephemeral-carol-after-restart")).getFirst(),
        offers("ephemeral-carol-after-restart", false).getFirst());
    Entry fromCarol = offers("ephemeral-carol-after-restart", true).get(1);
    Entry learnt = relayed(restarted.merge(fromCarol));
    assertSameText(learnt, fromCarol);
    assertThat(learnt.version()).isEqualTo("2000000000000");
  }

  @Test
  void stateClientsAreAnsweredAsTheOriginalDid() throws IOException, UnreadableException {
    StateReplica replica = new StateReplica(() -> Instant.ofEpochMilli(1));
    List<Entry> fromAlice = offers("state-alice", true);
    List<Entry> fromBob = offers("state-bob", true);

    for (Entry offer : fromAlice) {
      assertSameText(relayed(replica.merge(offer)), offer);
    }
    assertSameText(
        replica.export(interest("state-bob")).getFirst(), offers("state-bob", false).getFirst());
    assertThat(replica.merge(fromBob.get(0))).as("defaults").isInstanceOf(Merge.Unchanged.class);
    assertSameText(relayed(replica.merge(fromBob.get(1))), offers("state-alice", false).getLast());

    StateReplica restarted =
        hydrated(new StateReplica(() -> Instant.ofEpochMilli(1)), List.of(stored.getLast()));
    assertSameText(
        restarted.export(interest("state-carol-after-restart")).getFirst(), fromBob.get(1));
  }

  private Entry relayed(Merge merge) {
    Merge.Learned learned = (Merge.Learned) merge;
    stored.add(learned.stored());
    return learned.relayed();
  }

  private static void assertSameText(Entry one, Entry other) {
    assertThat(text(one)).isEqualTo(text(other));
    assertThat(one.payload().lineage()).isEqualTo(other.payload().lineage());
  }

  private static List<Entry> offers(String session, boolean fromClient)
      throws IOException, UnreadableException {
    List<Entry> offers = new ArrayList<>();
    for (Message message : Recorded.session(session)) {
      Entry offer = message.offer();
      if (message.fromClient() == fromClient && offer != null) {
        offers.add(offer);
      }
    }
    return offers;
  }

  /** Returns the version in a client's interest. */
  private static String interest(String session) throws IOException, UnreadableException {
    return Recorded.session(session).stream()
        .filter(message -> message.fromClient() && message.offer() == null)
        .findFirst()
        .orElseThrow()
        .version();
  }
}
