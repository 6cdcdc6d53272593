package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Ranges beside a set of single ticks, which cannot be wrong. */
class TickRangesTest {

  @Property
  void rangesAddUpToTheirTicksAndTellWhatWasNew(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int most) {
    Random random = new Random(seed);
    TickRanges ranges = new TickRanges();
    BitSet ticks = new BitSet();
    for (int round = 0; round < 12; round++) {
      long[] pairs = new long[2 * (1 + random.nextInt(most))];
      BitSet added = new BitSet();
      for (int i = 0; i < pairs.length; i += 2) {
        int from = random.nextInt(300);
        int to = from + 1 + random.nextInt(6);
        pairs[i] = from;
        pairs[i + 1] = to;
        added.set(from, to);
        assertThat(ranges.isDisjoint(from, to)).isEqualTo(ticks.get(from, to).isEmpty());
      }
      TickRanges learnt = new TickRanges();
      ranges.addAll(TickRanges.of(pairs, pairs.length), learnt);

      BitSet news = (BitSet) added.clone();
      news.andNot(ticks);
      ticks.or(added);
      assertIs(learnt, news);
      assertIs(ranges, ticks);
    }
  }

  private static void assertIs(TickRanges ranges, BitSet expected) {
    BitSet ticks = new BitSet();
    for (int i = 0; i < ranges.count(); i++) {
      ticks.set((int) ranges.start(i), (int) ranges.end(i));
      assertThat(i == 0 || ranges.start(i) > ranges.end(i - 1)).as("ranges do not touch").isTrue();
    }
    assertThat(ticks).isEqualTo(expected);
  }
}
