package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Entries.hydrated;
import static org.kyneta.relay.replica.Entries.image;
import static org.kyneta.relay.replica.Entries.since;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.relay.replica.Merge.Doubt;
import org.kyneta.store.StoreRecord.Entry;

class EphemeralReplicaTest {

  private long now = 1_000;
  private final EphemeralReplica replica = replica();

  @Test
  void theSendersStampIsKeptAndPeersAreGivenThePresentTime() throws UnreadableException {
    assertThat(replica.merge(image("900", "{\"a\":1.0}")))
        .isEqualTo(
            new Merge.Learned(
                image("900", "{\"a\":1.0}"),
                true,
                image("1000", "{\"a\":1.0}"),
                false,
                Doubt.OTHERS));
    assertThat(replica.version()).isEqualTo("900");
  }

  @Test
  void aStampOfTheFutureIsPassedOnAsItIs() throws UnreadableException {
    Entry offer = image("1000.5", "{\"a\":1}");

    assertThat(replica.merge(offer))
        .isEqualTo(new Merge.Learned(offer, true, offer, false, Doubt.OTHERS));
  }

  @Test
  void laterImagesOverwriteMemberByMember() throws UnreadableException {
    replica.merge(image("1", "{\"a\":{\"x\":1},\"b\":2}"));

    Merge merge = replica.merge(image("2", "{\"c\":3,\"a\":{\"y\":[1, 2]}}"));

    assertThat(merge)
        .isInstanceOfSatisfying(
            Merge.Learned.class,
            learned ->
                assertThat(learned.stored())
                    .isEqualTo(image("2", "{\"a\":{\"y\":[1, 2]},\"b\":2,\"c\":3}")));
  }

  @Test
  void anEarlierStampIsRefusedAndAnEqualOneTaken() throws UnreadableException {
    replica.merge(image("500", "{\"a\":1}"));

    assertThat(replica.merge(image("499", "{\"a\":2}")))
        .isEqualTo(new Merge.Unchanged(false, Doubt.SENDER));
    assertThat(replica.merge(image("499", "{\"a\":1}"))).isEqualTo(new Merge.Unchanged(false));
    assertThat(Entries.content(replica)).isEqualTo("{\"a\":1}");

    assertThat(replica.merge(image("500", "{\"a\":1}"))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.merge(image("500", "{\"a\":2}"))).isInstanceOf(Merge.Learned.class);
    assertThat(Entries.content(replica)).isEqualTo("{\"a\":2}");
  }

  @Test
  void aPeerThatRestampsWhatItWasGivenIsNotPassedOn() throws UnreadableException {
    replica.merge(image("500", "{\"a\":1,\"b\":2}"));

    assertThat(replica.merge(image("800", "{\"b\":2,\"a\":1}")))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.version()).isEqualTo("500");
    assertThat(replica.merge(image("700", "{\"a\":3}")))
        .as("a write between the two")
        .isInstanceOf(Merge.Learned.class);
  }

  @Test
  void onlyAPeerThatIsBehindIsAnswered() throws UnreadableException {
    replica.merge(image("500", "{\"a\":1}"));

    assertThat(replica.export("499")).containsExactly(image("500", "{\"a\":1}"));
    assertThat(replica.export(null)).containsExactly(image("500", "{\"a\":1}"));
    assertThat(replica.export("500")).isEmpty();
    assertThat(replica.export("501")).isEmpty();
    assertThat(replica.relationTo("499")).isEqualTo(Relation.AHEAD);
    assertThat(replica.relationTo("500.0")).isEqualTo(Relation.EQUAL);
    assertThat(replica.relationTo("501")).isEqualTo(Relation.BEHIND);
  }

  @Test
  void aPeerIsCorrectedUnderTheStampThatFollowsItsOwn() throws UnreadableException {
    assertThat(replica.correct("500")).as("there is nothing yet").isEmpty();
    replica.merge(image("500", "{\"a\":1}"));

    assertThat(replica.correct("499")).containsExactly(image("500", "{\"a\":1}"));
    assertThat(replica.correct("")).containsExactly(image("500", "{\"a\":1}"));
    assertThat(replica.correct("500")).containsExactly(image("500.5", "{\"a\":1}"));
    assertThat(replica.correct("900")).containsExactly(image("900.5", "{\"a\":1}"));
    assertThat(replica.correct("900.5")).containsExactly(image("901", "{\"a\":1}"));
    assertThat(replica.version()).isEqualTo("500");
    assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> replica.correct("x"));
  }

  @Test
  void anOfflineWriteIsTakenAfterARestart() throws UnreadableException {
    Merge.Learned learned = (Merge.Learned) replica.merge(image("500", "{\"a\":1}"));
    now = 9_000;
    EphemeralReplica restarted = hydrated(replica(), List.of(learned.stored()));

    assertThat(restarted.merge(image("600", "{\"a\":2}"))).isInstanceOf(Merge.Learned.class);
    assertThat(Entries.content(restarted)).isEqualTo("{\"a\":2}");
  }

  @Test
  void aStreamOfImagesIsReadInItsOrder() throws UnreadableException {
    EphemeralReplica read =
        hydrated(
            replica(),
            List.of(
                image("0", "{}"), image("700", "{\"a\":1,\"b\":1}"), image("600", "{\"a\":2}")));

    assertThat(read.version()).isEqualTo("700");
    assertThat(read.compacted()).containsExactly(image("700", "{\"a\":2,\"b\":1}"));
    assertThat(read.footprint()).isGreaterThan(replica().footprint());
  }

  @Test
  void aNewOneHasNothing() throws UnreadableException {
    assertThat(replica.version()).isEqualTo("0");
    assertThat(replica.export("0")).isEmpty();
    assertThat(replica.compacted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"a\":1", "{\"a\":1}1", "{\"a\":1,}"})
  void brokenImagesChangeNothing(String broken) throws UnreadableException {
    replica.merge(image("500", "{\"a\":1}"));

    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(image("600", broken)));
    assertThat(replica.export("0")).containsExactly(image("500", "{\"a\":1}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "1e3", "Infinity", "1234567890123456"})
  void brokenVersionsAreReported(String broken) {
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(image(broken, "{}")));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.relationTo(broken));
  }

  @Test
  void changesAreNoImage() {
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(
            () -> replica.merge(new Entry(since(1, Entries.setting("a", "1")).payload(), "600")));
  }

  private EphemeralReplica replica() {
    return new EphemeralReplica(() -> Instant.ofEpochMilli(now));
  }
}
