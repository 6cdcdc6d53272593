package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.kyneta.relay.replica.Offers.bytes;
import static org.kyneta.relay.replica.Offers.hex;
import static org.kyneta.relay.replica.Offers.offer;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

class LoroReplicaTest {

  private static final String EMPTY = "6c6f726f000000000000000000000000587c7be20004";

  /** What Loro writes when peer 5 types "abc" into a text, then "def", and for both. */
  private static final String ABC =
      "6c6f726f000000000000000000000000a06c0bfc00043c00030003011001050000000000000001010000000000"
          + "05010000010006010401020000020174000e0104020100020100020105020103000403616263";

  private static final String DEF =
      "6c6f726f0000000000000000000000006c99227500043d0303030301110105000000000000000001010000000000"
          + "05010000010006010401020000020174000e0104020100020106020105020103000403646566";

  private static final String ABCDEF =
      "6c6f726f00000000000000000000000090bab3ff00043f00060006011001050000000000000001010000000000"
          + "05010000010006010401020000020174000e0104020100020100020105020106000706616263646566";

  private static final String EMPTY_SNAPSHOT =
      "6c6f726f000000000000000000000000532e0cfc00032f0000004c4f524f0000000200767600000001000200e7"
          + "62c96c0100000005000000020066720002007676dbd8c9c8160000000000000000000000";

  private final LoroReplica replica = new LoroReplica();

  private Merge.Learned learn(Entry offered) throws UnreadableException {
    return (Merge.Learned) replica.merge(offered);
  }

  private static String version(long peer, int counter) {
    LoroVersion version = new LoroVersion();
    version.raise(peer, counter);
    return version.toString();
  }

  /** A blob with one block, of which only the beginning means something. */
  private static byte[] blob(long peer, int start, int end) {
    return LoroBlob.of(List.of(block(peer, start, end, 0)));
  }

  static LoroBlock block(long peer, int start, int end, int padding) {
    BinaryOutput out = new BinaryOutput();
    out.unsigned(start).unsigned(end - start).unsigned(start).unsigned(end - start).unsigned(1);
    out.unsigned(9).unsigned(1);
    for (int i = 0; i < 8; i++) {
      out.octet((int) (peer >>> (8 * i)));
    }
    return new LoroBlock(peer, start, end, out.write(new byte[padding]).toByteArray());
  }

  @Test
  void anEmptyReplicaIsWhatLoroCallsEmpty() throws UnreadableException {
    assertThat(replica.version()).isEqualTo("AA==");
    assertThat(hex(replica.export(null).getFirst())).isEqualTo(EMPTY);
    assertThat(hex(replica.export("AA==").getFirst())).isEqualTo(EMPTY);
    assertThat(replica.compacted()).isEmpty();
    assertThat(replica.merge(offer(EMPTY))).isEqualTo(new Merge.Unchanged(false));
    Entry snapshot = offer(bytes(offer(EMPTY_SNAPSHOT)), "AA==");
    assertThat(replica.merge(snapshot)).isEqualTo(new Merge.Unchanged(false));
    replica.hydrate(snapshot);
    assertThat(replica.compacted()).isEmpty();
  }

  @Test
  void aChangeIsStoredAndRelayedAsItCame() throws UnreadableException {
    Entry offered = offer(ABC);
    Merge.Learned learned = learn(offered);
    assertThat(bytes(learned.stored())).isSameAs(bytes(offered));
    assertThat(learned.relayed()).isEqualTo(learned.stored());
    assertThat(learned.stored().version()).isEqualTo(replica.version()).isEqualTo("AQUG");
    assertThat(learned.incomplete()).isFalse();
    assertThat(replica.merge(offered)).isEqualTo(new Merge.Unchanged(false));

    learn(offer(DEF));
    assertThat(hex(replica.export("AQUG").getFirst())).isEqualTo(DEF);
    assertThat(hex(replica.export(replica.version()).getFirst())).isEqualTo(EMPTY);
    assertThat(replica.merge(offer(ABCDEF))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.compacted()).hasSize(1);
    assertThat(replica.compacted().getFirst().payload().kind()).isEqualTo(Kind.ENTIRETY);
  }

  @Test
  void blocksThatAreKnownInPartAreKeptWhole() throws UnreadableException {
    learn(offer(ABC));
    Merge.Learned learned = learn(offer(ABCDEF));
    assertThat(hex(learned.stored())).isEqualTo(ABCDEF);
    assertThat(replica.version()).isEqualTo(version(5, 6));
    assertThat(replica.merge(offer(DEF))).isEqualTo(new Merge.Unchanged(false));
    assertThat(hex(replica.export(version(5, 3)).getFirst())).isEqualTo(ABCDEF);
  }

  @Test
  void onlyWhatIsNewOfABlobIsLearnt() throws UnreadableException {
    learn(offer(blob(5, 0, 3)));
    LoroBlock known = block(5, 1, 3, 4);
    LoroBlock news = block(6, 0, 2, 4);
    Merge.Learned learned = learn(offer(LoroBlob.of(List.of(known, news))));
    assertThat(bytes(learned.stored())).isEqualTo(LoroBlob.of(List.of(news)));
  }

  @Test
  void blocksBeyondAGapWaitAndAreOfferedAsWhatTheyAre() throws UnreadableException {
    byte[] late = blob(5, 4, 6);
    Merge.Learned learned = learn(offer(late));
    assertThat(learned.incomplete()).isTrue();
    assertThat(bytes(learned.stored())).isSameAs(late);
    assertThat(learned.stored().version()).isEqualTo(replica.version()).isEqualTo("AA==");
    assertThat(learned.relayed().version()).isEqualTo(version(5, 6));
    assertThat(replica.merge(offer(late))).isEqualTo(new Merge.Unchanged(false));
    assertThat(replica.export("AA==").getFirst().version()).isEqualTo(version(5, 6));
    assertThat(bytes(replica.export(version(5, 4)).getFirst())).isEqualTo(late);

    LoroReplica again = new LoroReplica();
    again.hydrate(replica.compacted().getFirst());
    again.hydrate(offer(blob(5, 0, 5)));
    assertThat(again.version()).isEqualTo(version(5, 6));
    assertThat(learn(offer(blob(5, 0, 4))).incomplete()).isFalse();
    assertThat(replica.version()).isEqualTo(version(5, 6));
  }

  @Test
  void aSnapshotIsOfferedBesideBlocksAndKept() throws UnreadableException {
    Entry snapshot = offer(bytes(offer(EMPTY_SNAPSHOT)), version(5, 6));
    replica.hydrate(snapshot);
    replica.hydrate(snapshot);
    assertThat(replica.version()).isEqualTo(version(5, 6));
    assertThat(replica.merge(offer(ABC))).isEqualTo(new Merge.Unchanged(false));
    byte[] next = blob(5, 6, 8);
    learn(offer(next));

    List<Entry> offers = replica.export("AA==");
    assertThat(offers).extracting(Offers::hex).containsExactly(EMPTY_SNAPSHOT, hex(offer(next)));
    assertThat(offers).extracting(Entry::version).containsOnly(version(5, 8));
    assertThat(offers).extracting(each -> each.payload().kind()).containsOnly(Kind.SINCE);
    assertThat(replica.export(null)).isEqualTo(offers);
    assertThat(replica.export(version(5, 7))).hasSize(1);
    assertThat(replica.export(version(5, 6))).extracting(Offers::bytes).containsExactly(next);

    LoroReplica again = new LoroReplica();
    for (Entry entry : replica.compacted()) {
      again.hydrate(entry);
    }
    assertThat(again.export(null)).isEqualTo(offers);
    assertThat(again.compacted()).isEqualTo(replica.compacted());
  }

  @ParameterizedTest
  @CsvSource({
    "5, 3, 6, 2, EQUAL",
    "5, 3, 6, 1, AHEAD",
    "5, 3, 5, 3, AHEAD",
    "5, 4, 6, 2, BEHIND",
    "5, 4, 6, 1, CONCURRENT",
    "5, 3, -7, 1, CONCURRENT",
  })
  void versionsAreComparedByPeer(
      long first, int counter, long second, int secondCounter, Relation expected)
      throws UnreadableException {
    learn(offer(blob(5, 0, 3)));
    learn(offer(blob(6, 0, 2)));
    LoroVersion version = new LoroVersion();
    version.raise(first, counter);
    version.raise(second, secondCounter);
    assertThat(replica.relationTo(version.toString())).isEqualTo(expected);
  }

  @Test
  void theOrderOfAVersionMeansNothing() throws UnreadableException {
    learn(offer(blob(5, 0, 3)));
    learn(offer(blob(-1, 0, 2)));
    BinaryOutput other = new BinaryOutput().unsigned(3).unsigned(-1).unsigned(4);
    other.unsigned(5).unsigned(6).unsigned(9).unsigned(0);
    assertThat(replica.relationTo(other.toBase64())).isEqualTo(Relation.EQUAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AQ==", "AQUH", "AAA=", "AQX/////Hw=="})
  void whatIsNoVersionIsRefused(String version) {
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.relationTo(version));
  }

  @Test
  void whatIsNoBlobIsRefusedAndChangesNothing() throws UnreadableException {
    learn(offer(ABC));
    List<Entry> before = replica.compacted();
    for (byte[] broken :
        List.of(
            new byte[0],
            new byte[22],
            bytes(offer(DEF.replace("646566", "646567"))),
            bytes(offer(DEF.replace("6c6f726f", "6c6f7270"))),
            LoroBlob.of(List.of(new LoroBlock(5, 0, 0, new byte[3]))),
            LoroBlob.of(List.of(new LoroBlock(5, 0, 0, new byte[20]))),
            blob(5, Integer.MAX_VALUE, Integer.MIN_VALUE))) {
      assertThatExceptionOfType(UnreadableException.class)
          .isThrownBy(() -> replica.merge(offer(broken)));
      assertThatExceptionOfType(UnreadableException.class)
          .isThrownBy(() -> replica.hydrate(offer(broken)));
    }
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer(bytes(offer(EMPTY_SNAPSHOT)), "?")));
    assertThat(replica.compacted()).isEqualTo(before);
  }

  @Test
  void onlySoMuchMayWait() throws UnreadableException {
    for (int i = 0; i < 3; i++) {
      learn(offer(LoroBlob.of(List.of(block(i, 5, 6, 5 << 20)))));
    }
    byte[] tooMuch = LoroBlob.of(List.of(block(3, 5, 6, 5 << 20)));
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer(tooMuch)));
    learn(offer(blob(0, 0, 5)));
    learn(offer(tooMuch));
  }

  @Test
  void noOfferIsTooLargeForAClient() throws UnreadableException {
    for (int i = 0; i < 10; i++) {
      replica.hydrate(offer(LoroBlob.of(List.of(block(5, i, i + 1, 4 << 20)))));
    }
    List<Entry> offers = replica.export(null);
    assertThat(offers).hasSize(3);
    assertThat(offers).allSatisfy(each -> assertThat(bytes(each)).hasSizeLessThan(20 << 20));
    assertThat(offers).extracting(Entry::version).containsOnly(version(5, 10));
    assertThat(offers)
        .extracting(each -> each.payload().kind())
        .containsExactly(Kind.ENTIRETY, Kind.SINCE, Kind.SINCE);

    LoroReplica again = new LoroReplica();
    for (Entry entry : replica.compacted()) {
      again.hydrate(entry);
    }
    assertThat(again.version()).isEqualTo(replica.version());
  }

  @Test
  void manyBlocksInTheWorstOrderTakeNoLongerThanTheyMust() {
    List<LoroBlock> blocks = new ArrayList<>();
    for (int i = 300_000; i > 0; i--) {
      blocks.add(block(5, 2 * i, 2 * i + 1, 0));
    }
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> replica.merge(offer(LoroBlob.of(blocks))));
  }
}
