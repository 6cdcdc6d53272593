package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Offers.bytes;
import static org.kyneta.relay.replica.Offers.offer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.store.StoreRecord.Entry;

/** Real editing sessions, merged keystroke by keystroke. */
class YjsTraceTest {

  @ParameterizedTest
  @CsvSource({
    "sveltecomponent, 18335, 0187ad4ba0de05, 140_000, 160_000",
    "friendsforever_flat, 26078, 0187ad4ba8b901, 65_000, 100_000",
  })
  void aSessionIsMergedAsItWasWritten(
      String session, int updates, String vector, String exported, String footprint)
      throws IOException, UnreadableException {
    List<byte[]> keystrokes = Traces.updates(session);
    assertThat(keystrokes).hasSize(updates);
    YjsReplica replica = new YjsReplica(Dialect.V3);
    for (byte[] keystroke : keystrokes) {
      Merge.Learned learned = (Merge.Learned) replica.merge(offer(keystroke));
      assertThat(learned.incomplete()).isFalse();
      assertThat(bytes(learned.stored())).isSameAs(keystroke);
      assertThat(bytes(learned.relayed())).isSameAs(keystroke);
      assertThat(learned.stored().version()).isEqualTo(replica.version());
    }

    assertThat(vectorOf(replica)).isEqualTo(vector);
    assertThat(replica.merge(offer(Traces.snapshot(session))))
        .isEqualTo(new Merge.Unchanged(false));
    for (byte[] keystroke : keystrokes) {
      assertThat(replica.merge(offer(keystroke))).isEqualTo(new Merge.Unchanged(false));
    }
    List<Entry> compacted = replica.compacted();
    assertThat(compacted).hasSize(1);
    assertThat(bytes(compacted.getFirst())).hasSizeLessThan(number(exported));
    assertThat(replica.footprint()).isLessThan(number(footprint));

    YjsReplica again = new YjsReplica(Dialect.V3);
    again.hydrate(compacted.getFirst());
    assertThat(again.version()).isEqualTo(replica.version());
    assertThat(again.compacted()).isEqualTo(compacted);
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace("_", ""));
  }

  private static String vectorOf(YjsReplica replica) {
    String version = replica.version();
    return HexFormat.of()
        .formatHex(Base64.getDecoder().decode(version.substring(0, version.indexOf('.'))));
  }

  /** The real library finds in what is exported the text of the document that JavaScript wrote. */
  @ParameterizedTest
  @CsvSource({"sveltecomponent", "friendsforever_flat"})
  void aSessionThatCameInBatchesIsReadByTheRealLibrary(String session)
      throws IOException, UnreadableException {
    List<byte[]> keystrokes = Traces.updates(session);
    Random random = new Random(1);
    try (Histories histories = Histories.start()) {
      String expected = histories.text(List.of(Traces.snapshot(session)));
      YjsReplica source = new YjsReplica(Dialect.V3);
      YjsReplica replica = new YjsReplica(Dialect.V1);
      int at = 0;
      while (at < keystrokes.size()) {
        int end = Math.min(keystrokes.size(), at + 1 + random.nextInt(2_000));
        for (; at < end; at++) {
          source.hydrate(offer(keystrokes.get(at)));
        }
        for (Entry offered : source.export(replica.version())) {
          assertThat(replica.merge(offered)).isInstanceOf(Merge.Learned.class);
        }
      }
      assertThat(replica.relationTo(source.version())).isEqualTo(Relation.EQUAL);
      assertThat(histories.text(List.of(bytes(replica.compacted().getFirst()))))
          .isEqualTo(expected);
      byte[] half = bytes(source.export(versionAt(keystrokes, keystrokes.size() / 2)).getFirst());
      List<byte[]> pieces = new ArrayList<>(keystrokes.subList(0, keystrokes.size() / 2));
      pieces.add(half);
      assertThat(histories.text(pieces)).isEqualTo(expected);
    }
  }

  private static String versionAt(List<byte[]> keystrokes, int count) throws UnreadableException {
    YjsReplica replica = new YjsReplica(Dialect.V3);
    for (byte[] keystroke : keystrokes.subList(0, count)) {
      replica.hydrate(offer(keystroke));
    }
    return replica.version();
  }
}
