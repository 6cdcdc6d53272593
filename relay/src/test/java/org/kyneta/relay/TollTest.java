package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.Samples.PLAIN;
import static org.kyneta.relay.Samples.present;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Present;

/** Who is greedy, and for how long. */
class TollTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Toll toll = new Toll(clock::get);

  @Test
  void whoTypesIsNotGreedy() {
    for (int i = 0; i < 100_000; i++) {
      toll.countBytes(200);
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
      assertThat(toll.isGreedy()).isFalse();
    }
  }

  @Test
  void whoPresentsVeryManyDocumentsIsGreedyUntilTheyArePaidFor() {
    List<Message.Document> documents = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      documents.addAll(present("doc-" + i, PLAIN).documents());
    }
    toll.count(new Present(documents));
    assertThat(toll.isGreedy()).isTrue();
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
    assertThat(toll.isGreedy()).as("it was no accident").isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(toll.isGreedy()).isFalse();
  }

  @Test
  void whoSendsWithoutRestIsGreedy() {
    int count = 0;
    while (!toll.isGreedy()) {
      toll.countBytes(10);
      clock.addAndGet(TimeUnit.MICROSECONDS.toNanos(20));
      count++;
    }
    assertThat(count).isBetween(400, 700);
  }

  @Test
  void aLargeMessageIsGreedyByItself() {
    toll.countBytes(1 << 20);
    assertThat(toll.isGreedy()).isTrue();
  }
}
