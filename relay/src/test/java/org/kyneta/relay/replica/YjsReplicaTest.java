package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Offers.bytes;
import static org.kyneta.relay.replica.Offers.hex;
import static org.kyneta.relay.replica.Offers.offer;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

class YjsReplicaTest {

  private static final String EMPTY = "AA==.0880945b4fab1be95aa0733055273845";

  private final YjsReplica replica = new YjsReplica(Dialect.V3);

  private Merge.Learned learn(byte[] update) throws UnreadableException {
    return (Merge.Learned) replica.merge(offer(update));
  }

  /** Returns what a peer is offered that has the first ticks of client 7. */
  private Entry since(long clock) throws UnreadableException {
    List<Entry> offers = replica.export(vector(7, clock));
    assertThat(offers).hasSize(1);
    return offers.getFirst();
  }

  private static String vector(long... clientsAndClocks) {
    BinaryOutput out = new BinaryOutput().unsigned(clientsAndClocks.length / 2);
    for (long number : clientsAndClocks) {
      out.unsigned(number);
    }
    return out.toBase64();
  }

  private static String vectorOf(String version) {
    return version.substring(0, version.indexOf('.'));
  }

  @Test
  void anEmptyReplicaHasTheVersionThatJavaScriptGivesIt() throws UnreadableException {
    assertThat(replica.version()).isEqualTo(EMPTY);
    assertThat(new YjsReplica(Dialect.V1).version()).isEqualTo("AA==.AAA=");
    assertThat(replica.compacted()).isEmpty();
    assertThat(replica.export(null)).hasSize(1);
    assertThat(hex(replica.export("").getFirst())).isEqualTo("0000");
    assertThat(replica.merge(offer("0000"))).isEqualTo(new Merge.Unchanged(false));
  }

  @Test
  void aKeystrokeIsStoredAndRelayedAsItCame() throws UnreadableException {
    byte[] first = YjsUpdates.of(7, 0, 1).first("a").end();
    byte[] second = YjsUpdates.of(7, 1, 1).behind(7, 0, "b").end();
    assertThat(bytes(learn(first).stored())).isSameAs(first);

    Merge.Learned learned = learn(second);
    assertThat(bytes(learned.stored())).isSameAs(second);
    assertThat(learned.relayed()).isEqualTo(learned.stored());
    assertThat(learned.stored().version()).isEqualTo(replica.version());
    assertThat(learned.stored().payload().kind()).isEqualTo(Kind.SINCE);
    assertThat(learned.replacesLast()).isFalse();
    assertThat(learned.incomplete()).isFalse();
    assertThat(replica.merge(offer(second))).isEqualTo(new Merge.Unchanged(false));
  }

  @Test
  void textThatWasTypedInARowIsJoinedAndCutAgain() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("a").end());
    for (int i = 1; i < 300; i++) {
      learn(YjsUpdates.of(7, i, 1).behind(7, i - 1, "b").end());
    }
    byte[] all = YjsUpdates.of(7, 0, 1).first("a" + "b".repeat(299)).end();
    assertThat(bytes(replica.compacted().getFirst())).isEqualTo(all);
    assertThat(bytes(since(298))).isEqualTo(YjsUpdates.of(7, 298, 1).behind(7, 297, "bb").end());
    assertThat(replica.merge(offer(all))).isEqualTo(new Merge.Unchanged(false));
  }

  @Test
  void textIsNotJoinedWithWhatStandsElsewhere() throws UnreadableException {
    byte[] structs =
        YjsUpdates.of(7, 0, 4)
            .first("a")
            .between(7, 0, 9, 1, "b")
            .between(7, 1, 9, 2, "c")
            .behind(7, 0, "d")
            .end();
    learn(structs);
    assertThat(bytes(replica.compacted().getFirst())).isEqualTo(structs);
  }

  @Test
  void joinedTextEndsBeforeItIsLongToSearch() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("a".repeat(16_000)).end());
    learn(YjsUpdates.of(7, 16_000, 1).behind(7, 15_999, "b".repeat(384)).end());
    learn(YjsUpdates.of(7, 16_384, 1).behind(7, 16_383, "c").end());
    assertThat(bytes(replica.compacted().getFirst()))
        .isEqualTo(
            YjsUpdates.of(7, 0, 2)
                .first("a".repeat(16_000) + "b".repeat(384))
                .behind(7, 16_383, "c")
                .end());
  }

  /** Each content is written as it is, then as it is after its first ticks are left out. */
  @ParameterizedTest
  @CsvSource({
    // Collected; deleted, where the parent falls away as there is a neighbour
    "0005, 2, 0003",
    "01010174 05, 2, 81070103",
    "c101020304 05, 1, c107000304 04",
    // Text: beyond a character of two units, and through it
    "04010174 0b 61f09f98806263c3bcc3bc, 3, 840702 06 6263c3bcc3bc",
    "04010174 05 61f09f9880, 2, 840701 03 efbfbd",
    "24010174 016b 02 6162, 1, a4070001 62",
    // JSON, and values of any kind
    "02010174 03 0131 0132 0133, 2, 820701 01 0133",
    "08010174 03 7d01 7701 61 7501 7e, 1, 880700 02 7701 61 7501 7e",
  })
  void theFirstTicksOfAStructCanBeLeftOut(String struct, int ticks, String rest)
      throws UnreadableException {
    learn(bytes(offer("010107 00".replace(" ", "") + struct.replace(" ", "") + "00")));
    String update = "010107" + "0" + ticks + rest.replace(" ", "");
    assertThat(hex(since(ticks))).startsWith(update);

    YjsReplica other = new YjsReplica(Dialect.V3);
    other.merge(offer(YjsUpdates.of(7, 0, 1).collected(ticks).end()));
    Merge.Learned learned = (Merge.Learned) other.merge(replica.compacted().getFirst());
    assertThat(hex(learned.stored())).startsWith(update);
    assertThat(vectorOf(other.version())).isEqualTo(vectorOf(replica.version()));
  }

  @Test
  void structsBeyondAGapWaitAndAreKept() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("a").end());
    byte[] late = YjsUpdates.of(7, 3, 1).behind(7, 2, "d").end();
    Merge.Learned learned = learn(late);
    assertThat(learned.incomplete()).isTrue();
    assertThat(bytes(learned.stored())).isEqualTo(late);
    assertThat(vectorOf(replica.version())).isEqualTo(vector(7, 1));
    assertThat(replica.merge(offer(late))).isEqualTo(new Merge.Unchanged(false));

    byte[] withGap = YjsUpdates.of(7, 0, 3).first("a").skip(2).behind(7, 2, "d").end();
    assertThat(bytes(replica.compacted().getFirst())).isEqualTo(withGap);
    assertThat(bytes(since(1))).isEqualTo(late);
    YjsReplica again = new YjsReplica(Dialect.V3);
    again.hydrate(replica.compacted().getFirst());

    byte[] missing = YjsUpdates.of(7, 1, 1).behind(7, 0, "bc").end();
    assertThat(learn(missing).incomplete()).isFalse();
    again.hydrate(offer(missing));
    assertThat(vectorOf(replica.version())).isEqualTo(vector(7, 4));
    assertThat(again.version()).isEqualTo(replica.version());
    assertThat(bytes(again.compacted().getFirst()))
        .isEqualTo(YjsUpdates.of(7, 0, 1).first("abcd").end());
  }

  @Test
  void waitingStructsMayOverlapWhatFillsTheGap() throws UnreadableException {
    byte[] later = YjsUpdates.of(7, 4, 1).behind(7, 3, "efgh").end();
    byte[] longer = YjsUpdates.of(7, 2, 1).behind(7, 1, "cdefghi").end();
    learn(later);
    assertThat(bytes(learn(longer).stored())).isEqualTo(longer);
    assertThat(replica.merge(offer(YjsUpdates.of(7, 6, 1).behind(7, 5, "gh").end())))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(bytes(replica.compacted().getFirst())).isEqualTo(longer);

    learn(YjsUpdates.of(7, 0, 1).first("abc").end());
    assertThat(vectorOf(replica.version())).isEqualTo(vector(7, 9));
    assertThat(bytes(since(3))).isEqualTo(YjsUpdates.of(7, 3, 1).behind(7, 2, "defghi").end());
    assertThat(bytes(since(5))).isEqualTo(YjsUpdates.of(7, 5, 1).behind(7, 4, "fghi").end());
  }

  /** JavaScript drops an offer of a version that it has, and is not sent what waits again. */
  @Test
  void whoeverLacksNothingButWhatWaitsIsOfferedItUnderALaterVersion() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("a").end());
    String before = replica.version();
    byte[] late = YjsUpdates.of(9, 5, 1).behind(9, 4, "x").end();
    learn(late);
    List<Entry> offers = replica.export(before);
    assertThat(offers).hasSize(1);
    assertThat(bytes(offers.getFirst())).isEqualTo(late);
    assertThat(vectorOf(offers.getFirst().version())).isEqualTo(vector(0xffffffffL, 1, 7, 1));
  }

  /** Compaction is given up where what it would write does not make the same replica again. */
  @Test
  void whatIsLeftOfACutStructIsJoinedAsItWillBeWhenItIsReadAgain() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("abc").end());
    learn(YjsUpdates.of(7, 5, 1).behind(7, 4, "fg").end());
    learn(YjsUpdates.of(7, 3, 1).behind(7, 2, "def").end());
    learn(YjsUpdates.of(7, 7, 1).behind(7, 6, "h").end());
    byte[] all = YjsUpdates.of(7, 0, 1).first("abcdefgh").end();
    assertThat(bytes(replica.compacted().getFirst())).isEqualTo(all);
    YjsReplica again = new YjsReplica(Dialect.V3);
    again.hydrate(replica.compacted().getFirst());
    assertThat(again.compacted()).isEqualTo(replica.compacted());
  }

  @Test
  void anOfferWithAGapInsideIsTakenInAsFarAsItGoes() throws UnreadableException {
    Merge.Learned learned =
        learn(YjsUpdates.of(7, 0, 3).first("a").skip(2).behind(7, 2, "d").end());
    assertThat(learned.incomplete()).isTrue();
    assertThat(vectorOf(replica.version())).isEqualTo(vector(7, 1));
  }

  @Test
  void whatStandsBesideSomethingMissingMakesTheOfferIncomplete() throws UnreadableException {
    byte[] beside = YjsUpdates.of(7, 0, 1).behind(9, 4, "a").end();
    Merge.Learned learned = learn(beside);
    assertThat(learned.incomplete()).isTrue();
    assertThat(bytes(learned.stored())).isSameAs(beside);
    assertThat(replica.merge(offer(beside))).isEqualTo(new Merge.Unchanged(false));

    learn(YjsUpdates.of(9, 0, 1).first("abcde").end());
    assertThat(learn(YjsUpdates.of(7, 1, 1).behind(9, 4, "b").end()).incomplete()).isFalse();
  }

  @Test
  void aDeletionIsNeverOld() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("abcdef").end());
    // Its writer has seen no more than the first three characters.
    Merge.Learned learned =
        (Merge.Learned) replica.merge(offer(YjsUpdates.deleting(7, 1, 2), vector(7, 3) + ".00"));
    assertThat(bytes(learned.stored())).isEqualTo(YjsUpdates.deleting(7, 1, 2));
    assertThat(learned.stored().version()).isEqualTo(replica.version());
    assertThat(vectorOf(learned.relayed().version())).isEqualTo(vector(0xffffffffL, 1, 7, 6));

    assertThat(replica.merge(offer(YjsUpdates.deleting(7, 2, 1))))
        .isEqualTo(new Merge.Unchanged(false));
    assertThat(bytes(learn(YjsUpdates.deleting(7, 0, 5)).stored()))
        .isEqualTo(YjsUpdates.deleting(7, 0, 1, 3, 2));
    assertThat(bytes(replica.compacted().getFirst())).endsWith(1, 7, 1, 0, 5);
  }

  @Test
  void whoeverLacksNothingIsToldSo() throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("abc").end());
    Entry told = replica.export(replica.version()).getFirst();
    assertThat(hex(told)).isEqualTo("0000");
    assertThat(vectorOf(told.version())).isEqualTo(vector(0xffffffffL, 1, 7, 3));

    String before = replica.version();
    learn(YjsUpdates.deleting(7, 0, 1));
    assertThat(hex(replica.export(before).getFirst())).isEqualTo("00010701" + "0001");
    assertThat(hex(since(3))).isEqualTo("00010701" + "0001");
    assertThat(hex(since(4))).isEqualTo("00010701" + "0001");
    assertThat(hex(replica.export(replica.version()).getFirst())).isEqualTo("0000");
  }

  @ParameterizedTest
  @CsvSource({
    "7, 3, 9, 2, CONCURRENT", // no proof of the deletions
    "7, 3, 9, 1, AHEAD",
    "7, 3, 0, 0, AHEAD",
    "7, 4, 9, 2, BEHIND",
    "7, 4, 9, 1, CONCURRENT",
    "7, 3, 8, 1, CONCURRENT",
  })
  void versionsAreComparedByClient(
      long first, long clock, long second, long secondClock, Relation expected)
      throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("abc").end());
    learn(YjsUpdates.of(9, 0, 1).behind(7, 2, "de").end());
    assertThat(replica.relationTo(vector(first, clock, second, secondClock))).isEqualTo(expected);
    assertThat(replica.relationTo(replica.version())).isEqualTo(Relation.EQUAL);
    assertThat(replica.relationTo(EMPTY)).isEqualTo(Relation.AHEAD);
  }

  @Test
  void versionsOfBothDialectsAreUnderstood() throws UnreadableException {
    YjsReplica other = new YjsReplica(Dialect.V1);
    byte[] update = YjsUpdates.of(7, 0, 1).first("abc").deleting(1).ranges(7, 1, 1);
    learn(update);
    other.merge(offer(update));
    assertThat(other.version()).isEqualTo("AQcD.AQcBAQEBBwM=");
    assertThat(replica.relationTo(other.version())).isEqualTo(Relation.EQUAL);
    assertThat(other.relationTo(replica.version())).isEqualTo(Relation.EQUAL);
    learn(YjsUpdates.deleting(7, 0, 1));
    assertThat(replica.relationTo(other.version())).isEqualTo(Relation.CONCURRENT);
    assertThat(other.relationTo(replica.version())).isEqualTo(Relation.CONCURRENT);
    // A relay's own sign that it is ahead of all says nothing about a document.
    assertThat(other.relationTo(other.export(null).getFirst().version()))
        .isNotEqualTo(Relation.BEHIND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "!", "AQ==", "/////w==", "AAA=", "AQcDBw=="})
  void whatIsNoVersionIsRefused(String version) {
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.relationTo(version));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Nothing; an end too early; an end too late; a client twice
        "",
        "00",
        "000000",
        "020107000001010701000100",
        // A kind that there is not; a type that there is not; text that is not UTF-8
        "01010700" + "8b070000",
        "01010700" + "0701017409" + "00",
        "0101070004010174" + "02c328" + "00",
        // A clock beyond all; a length beyond the end; a number beyond all
        "010107ffffffffffffff0f" + "0005" + "00",
        "0101070004010174" + "7f61" + "00",
        "ffffffffffffffffffff01",
        "01" + "ffffff7f" + "0700",
      })
  void whatIsNoUpdateIsRefusedAndChangesNothing(String update) throws UnreadableException {
    learn(YjsUpdates.of(7, 0, 1).first("abc").end());
    List<Entry> before = replica.compacted();
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer(update)));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.hydrate(offer(update)));
    assertThat(replica.compacted()).isEqualTo(before);
  }

  @Test
  void textIsNoUpdate() {
    Entry text = new Entry(Payload.json(Kind.SINCE, "[]"), "");
    assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> replica.merge(text));
  }

  @Test
  void valuesAreNestedOnlySoDeep() throws UnreadableException {
    learn(nested(500));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> new YjsReplica(Dialect.V3).merge(offer(nested(502))));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> new YjsReplica(Dialect.V3).merge(offer(nested(5_000_000))));
  }

  /** Returns an update with lists in lists. */
  private static byte[] nested(int depth) {
    YjsUpdates update = YjsUpdates.of(7, 0, 1).raw(8, 1, 1, 't', 1);
    for (int i = 0; i < depth; i++) {
      update.raw(117, 1);
    }
    return update.raw(126).end();
  }

  @Test
  void onlySoMuchMayWait() throws UnreadableException {
    int length = 20 << 20;
    for (int i = 0; i < 3; i++) {
      learn(YjsUpdates.of(i, 5, 1).behind(i, 4, "a".repeat(length)).end());
    }
    assertThat(replica.merge(offer(YjsUpdates.of(2, 5, 1).behind(2, 4, "a".repeat(length)).end())))
        .isEqualTo(new Merge.Unchanged(false));
    byte[] tooMuch = YjsUpdates.of(3, 5, 1).behind(3, 4, "a".repeat(length)).end();
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer(tooMuch)));
    learn(YjsUpdates.of(0, 0, 1).first("abcde").end());
    learn(tooMuch);
  }

  @Test
  void aClientMayHaveTheIdThatMeansNobody() throws UnreadableException {
    learn(YjsUpdates.of(0xffffffffL, 0, 1).first("abc").end());
    learn(YjsUpdates.deleting(0xffffffffL, 0, 1));
    Entry all = replica.export(null).getFirst();
    assertThat(vectorOf(all.version())).isEqualTo(vector(0xffffffffL, 4));
    assertThat(vectorOf(replica.version())).isEqualTo(vector(0xffffffffL, 3));
    assertThat(Base64.getDecoder().decode(vectorOf(all.version()))).hasSize(7);
  }
}
