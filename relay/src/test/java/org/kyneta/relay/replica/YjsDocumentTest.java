package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Offers.bytes;
import static org.kyneta.relay.replica.Offers.offer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.StoreRecord.Entry;

/** Exports that are made in parts. */
class YjsDocumentTest {

  @Property(tries = 300)
  void partsAddUpToWhatIsLacking(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20_000) int most)
      throws UnreadableException {
    Random random = new Random(seed);
    YjsDocument document = new YjsDocument();
    YjsReplica peer = new YjsReplica(Dialect.V3);
    for (int i = 0; i < 300; i++) {
      byte[] update = typed(document, 1 + random.nextInt(3), random);
      YjsVisitor.visit(update, new YjsMerger(document, false));
      if (i < 100) {
        peer.hydrate(offer(update));
      }
    }
    Map<Long, Long> vector = new HashMap<>(YjsVersion.parse(peer.version()).vector());
    List<YjsUpdateWriter> parts = document.since(vector, most);
    for (YjsUpdateWriter part : parts) {
      byte[] update = part.toByteArray();
      // A part goes on to the next noted place, which lies behind one long text at the most.
      assertThat(update).hasSizeLessThan(most + 18_000);
      assertThat(peer.merge(offer(update))).isInstanceOf(Merge.Learned.class);
    }
    assertThat(peer.version()).isEqualTo(YjsVersion.of(document, Dialect.V3));
    if (most > 15_000) {
      assertThat(parts).hasSizeLessThan(30);
    }
  }

  /** Returns what a client types next, in one place or in another. */
  private static byte[] typed(YjsDocument document, long client, Random random) {
    long clock = document.end(client);
    String text = "ü".repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 700 : 5));
    YjsUpdates update = YjsUpdates.of(client, clock, 1);
    if (clock == 0) {
      return update.first(text).end();
    }
    long behind = random.nextInt(3) == 0 ? random.nextLong(clock) : clock - 1;
    return update.behind(client, behind, text).end();
  }

  @Test
  void noOfferIsTooLargeForAClient() throws UnreadableException {
    YjsReplica replica = new YjsReplica(Dialect.V3);
    int length = 3 << 20;
    for (int i = 0; i < 12; i++) {
      YjsUpdates update = YjsUpdates.of(i / 6, (long) (i % 6) * length, 1);
      replica.hydrate(offer(update.first("a".repeat(length)).end()));
    }
    replica.hydrate(offer(YjsUpdates.deleting(1, 0, 5)));
    List<Entry> offers = replica.export(null);
    assertThat(offers).hasSize(3);
    assertThat(offers).allSatisfy(each -> assertThat(bytes(each)).hasSizeLessThan(20 << 20));
    assertThat(offers)
        .extracting(each -> each.payload().kind())
        .containsExactly(Kind.ENTIRETY, Kind.SINCE, Kind.SINCE);

    YjsReplica again = new YjsReplica(Dialect.V3);
    for (Entry entry : replica.compacted()) {
      assertThat(entry.version()).isEqualTo(replica.version());
      again.hydrate(entry);
    }
    assertThat(again.version()).isEqualTo(replica.version());
  }
}
