package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Entries.LINEAGE;
import static org.kyneta.relay.replica.Entries.answer;
import static org.kyneta.relay.replica.Entries.content;
import static org.kyneta.relay.replica.Entries.entirety;
import static org.kyneta.relay.replica.Entries.hydrated;
import static org.kyneta.relay.replica.Entries.setting;
import static org.kyneta.relay.replica.Entries.since;
import static org.kyneta.relay.replica.Entries.text;
import static org.kyneta.relay.replica.Entries.typing;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

class PlainReplicaTest {

  private static final String OTHER = "00000000000000ff";

  private final PlainReplica replica = new PlainReplica(Dialect.V3);

  @Test
  void aNewOneIsAtGenesisAndHasNothing() throws UnreadableException {
    assertThat(replica.version()).isEqualTo("kyneta.genesis:0");
    assertThat(replica.compacted()).isEmpty();
    assertThat(replica.export("kyneta.genesis:0")).isEmpty();
    assertThat(answer(replica, "")).isEqualTo(entirety("kyneta.genesis", 0, "{}"));
  }

  @Test
  void whatIsLearntIsStoredAndPassedOnAsItWasWritten() throws UnreadableException {
    String batch = "[ {\"change\":{\"type\":\"made-up\",\"n\":1.0e0} , \"path\":[]} ]";
    Entry offer = since(1, batch);

    assertThat(replica.merge(offer)).isEqualTo(new Merge.Learned(offer, false, offer, false));
    assertThat(replica.version()).isEqualTo(LINEAGE + ":1");
    assertThat(replica.export("kyneta.genesis:0")).containsExactly(offer);
  }

  @Test
  void batchesThatAreHereAlreadyAreSkipped() throws UnreadableException {
    replica.merge(since(2, typing(0, "a"), typing(1, "b")));

    Merge merge = replica.merge(since(4, typing(1, "b"), typing(2, "c"), typing(3, "d")));

    Entry learnt = since(4, typing(2, "c"), typing(3, "d"));
    assertThat(merge).isEqualTo(new Merge.Learned(learnt, false, learnt, false));
    assertThat(content(replica)).isEqualTo("{\"body\":\"abcd\"}");
    assertThat(replica.merge(since(4, typing(3, "d")))).isEqualTo(new Merge.Unchanged(false));
  }

  @Test
  void anOfferBehindAGapChangesNothingAndAsksForWhatIsMissing() throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));

    assertThat(replica.merge(since(3, typing(2, "c")))).isEqualTo(new Merge.Unchanged(true));
    assertThat(replica.version()).isEqualTo(LINEAGE + ":1");
    assertThat(replica.merge(since(2, typing(1, "b")))).isInstanceOf(Merge.Learned.class);
  }

  @Test
  void batchesWithoutOperationsDoNotCount() throws UnreadableException {
    replica.merge(since(2, "[]", typing(0, "a"), "[ ]", typing(1, "b"), "[]"));

    assertThat(replica.version()).isEqualTo(LINEAGE + ":2");
    assertThat(answer(replica, LINEAGE + ":1")).isEqualTo(since(2, typing(1, "b")));
  }

  @Test
  void aClaimWithoutContentAsksForTheContent() throws UnreadableException {
    assertThat(replica.merge(since(3))).isEqualTo(new Merge.Unchanged(true));
    assertThat(replica.merge(since("kyneta.genesis", 3))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.version()).isEqualTo("kyneta.genesis:0");
  }

  @Test
  void anotherHistoryIsRefusedAndAnsweredWithAnImage() throws UnreadableException {
    replica.merge(since(1, typing(0, "mine")));

    assertThat(replica.merge(since(OTHER, 5, typing(0, "theirs"))))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.merge(entirety(OTHER, 5, "{\"body\":\"theirs\"}")))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(answer(replica, OTHER + ":5"))
        .isEqualTo(entirety(LINEAGE, 1, "{\"body\":\"mine\"}"));
  }

  @Test
  void anImageTakesThePlaceOfTheLog() throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));
    Entry image = entirety(LINEAGE, 5, "{\"n\":1.50,\"body\":\"abcde\"}");

    assertThat(replica.merge(image)).isEqualTo(new Merge.Learned(image, false, image, false));
    assertThat(answer(replica, LINEAGE + ":4")).isEqualTo(image);
    assertThat(answer(replica, "kyneta.genesis:0")).isEqualTo(image);
    assertThat(replica.export(LINEAGE + ":5")).isEmpty();
    replica.merge(since(6, typing(5, "f")));
    assertThat(answer(replica, LINEAGE + ":5")).isEqualTo(since(6, typing(5, "f")));
    assertThat(content(replica)).isEqualTo("{\"n\":1.50,\"body\":\"abcdef\"}");
  }

  @Test
  void anImageNeverGoesBackwards() throws UnreadableException {
    replica.merge(since(2, typing(0, "a"), typing(1, "b")));

    assertThat(replica.merge(entirety(LINEAGE, 2, "{}"))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.merge(entirety(LINEAGE, 1, "{}"))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.merge(entirety("kyneta.genesis", 9, "{}")))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(content(replica)).isEqualTo("{\"body\":\"ab\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "kyneta.genesis:0, AHEAD",
    "kyneta.genesis:9, AHEAD",
    "8696f2f5406b92c7:0, AHEAD",
    "8696f2f5406b92c7:1, AHEAD",
    "8696f2f5406b92c7:2, EQUAL",
    "8696f2f5406b92c7:3, BEHIND",
    "00000000000000ff:1, CONCURRENT",
    "00000000000000ff:0, AHEAD"
  })
  void versionsAreOrderedWithinAHistory(String other, Relation relation)
      throws UnreadableException {
    replica.merge(since(2, typing(0, "a"), typing(1, "b")));

    assertThat(replica.relationTo(other)).isEqualTo(relation);
  }

  @Test
  void genesisIsBelowEverything() throws UnreadableException {
    assertThat(replica.relationTo("kyneta.genesis:4")).isEqualTo(Relation.EQUAL);
    assertThat(replica.relationTo(LINEAGE + ":1")).isEqualTo(Relation.BEHIND);
    assertThat(replica.export(LINEAGE + ":1")).isEmpty();
  }

  @Test
  void versionOneHasNeitherLineagesNorGenesis() throws UnreadableException {
    PlainReplica old = new PlainReplica(Dialect.V1);
    String batch =
        "[{\"path\":[{\"type\":\"key\",\"key\":\"a\"}],\"change\":{\"type\":\"replace\",\"value\":1}}]";
    Entry offer = new Entry(Payload.json(Kind.SINCE, "[" + batch + "]"), "1");

    assertThat(old.version()).isEqualTo("0");
    assertThat(old.merge(offer)).isEqualTo(new Merge.Learned(offer, false, offer, false));
    assertThat(old.version()).isEqualTo("1");
    assertThat(old.relationTo("2")).isEqualTo(Relation.BEHIND);
    assertThat(old.export("0")).containsExactly(offer);
    assertThat(answer(old, null)).isEqualTo(Entries.image("1", "{\"a\":1}"));
    assertThat(hydrated(new PlainReplica(Dialect.V1), old.compacted()).version()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "{}",
        "[{}]",
        "[[{}]]",
        "[[{\"path\":[]}]]",
        "[[{\"path\":{},\"change\":{}}]]",
        "[[{\"path\":[],\"change\":[]}]]",
        "[[{\"path\":[],\"change\":{}}]",
        "[[{\"path\":[],\"change\":{}}]]]",
        "[[{\"path\":[],\"change\":{}}]] 1",
        "[[{\"path\":[],\"change\":{\"n\":01}}]]",
        "[[{\"path\":[],\"change\":{\"n\":NaN}}]]",
        "[[{\"path\":[],\"change\":{},}]]",
        "\uFEFF[]"
      })
  void brokenBatchesChangeNothing(String broken) throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));
    Entry offer = new Entry(Payload.json(Kind.SINCE, broken), LINEAGE + ":2");

    assertUnreadable(offer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}{}", "{\"a\":}", "{'a':1}", "null", "{\"a\":\"\n\"}"})
  void brokenImagesChangeNothing(String broken) throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));

    assertUnreadable(entirety(LINEAGE, 9, broken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", ":1", "a:", "a:b:1", "a:-1", "a:1.5", "a:1e3", "a:1234567890123456"})
  void brokenVersionsChangeNothing(String broken) throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));

    assertUnreadable(new Entry(Payload.json(Kind.SINCE, "[]"), broken));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.relationTo(broken));
    if (!broken.isEmpty()) {
      assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> replica.export(broken));
    }
  }

  @Test
  void payloadsThatContradictTheirVersionChangeNothing() throws UnreadableException {
    replica.merge(since(1, typing(0, "a")));

    assertUnreadable(since(1, typing(0, "a"), typing(1, "b")));
    assertUnreadable(since("kyneta.genesis", 2, typing(1, "b")));
    assertUnreadable(
        new Entry(since(2, typing(1, "b")).payload().withLineage(OTHER), LINEAGE + ":2"));
    assertUnreadable(new Entry(Payload.binary(Kind.SINCE, new byte[] {'[', ']'}), LINEAGE + ":2"));
  }

  @Test
  void unpairedSurrogatesSurvive() throws UnreadableException {
    replica.merge(since(2, setting("raw", "\"\uD83D\""), setting("escaped", "\"\\uDE00\"")));

    assertThat(text(answer(replica, LINEAGE + ":0"))).contains("\"\\ud83d\"", "\"\\uDE00\"");
    assertThat(content(replica)).isEqualTo("{\"raw\":\"\\ud83d\",\"escaped\":\"\\ude00\"}");
  }

  @Test
  void aChangeThatDoesNotFitIsPassedOnAndHasNoEffectOnImages() throws UnreadableException {
    PlainReplica small = new PlainReplica(Dialect.V3, 10);
    String bad = Entries.operation("[{\"type\":\"field\",\"field\":\"a\"}]", "{\"type\":\"odd\"}");
    small.merge(since(3, setting("a", "1"), bad, setting("b", "2")));

    assertThat(content(small)).isEqualTo("{\"a\":1,\"b\":2}");
    assertThat(answer(small, LINEAGE + ":1")).isEqualTo(since(3, bad, setting("b", "2")));
    small.merge(since(4, setting("c", "3")));
    assertThat(content(small)).isEqualTo("{\"a\":1,\"b\":2,\"c\":3}");
    assertThat(small.compacted())
        .as("an image would not tell of it, so the batches stay")
        .containsExactly(since(4, setting("a", "1"), bad, setting("b", "2"), setting("c", "3")));
  }

  @Test
  void compactionKeepsAShortLogAndTurnsALongOneIntoAnImage() throws UnreadableException {
    PlainReplica small = new PlainReplica(Dialect.V3, 150);
    small.merge(since(1, typing(0, "a")));
    assertThat(small.compacted()).containsExactly(since(1, typing(0, "a")));

    small.merge(since(2, typing(1, "b")));
    assertThat(small.compacted()).containsExactly(entirety(LINEAGE, 2, "{\"body\":\"ab\"}"));

    PlainReplica again = hydrated(new PlainReplica(Dialect.V3, 150), small.compacted());
    again.merge(since(3, typing(2, "c")));
    assertThat(again.compacted())
        .containsExactly(entirety(LINEAGE, 2, "{\"body\":\"ab\"}"), since(3, typing(2, "c")));
  }

  @Test
  void anImageIsRightBeforeAndAfterFurtherBatches() throws UnreadableException {
    for (int i = 0; i < 5; i++) {
      replica.merge(since(i + 1, typing(i, "x")));
      assertThat(content(replica)).isEqualTo("{\"body\":\"" + "x".repeat(i + 1) + "\"}");
    }
    assertThat(replica.export("kyneta.genesis:0")).hasSize(1);
    assertThat(replica.footprint()).isPositive();
  }

  private void assertUnreadable(Entry offer) throws UnreadableException {
    List<Entry> before = replica.export("kyneta.genesis:0");
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer))
        .withMessageStartingWith("expected");
    assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> replica.hydrate(offer));
    assertThat(replica.export("kyneta.genesis:0")).isEqualTo(before);
    assertThat(replica.version()).isEqualTo(LINEAGE + ":1");
  }
}
