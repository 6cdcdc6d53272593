package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After what time something is tried again. */
class OutageTest {

  private final List<Long> delays = new ArrayList<>();
  private long nanos;
  private final Outage outage = new Outage(delay -> delays.add(delay.toMillis()), () -> nanos);

  private void retry(boolean isServing) {
    outage.pause();
    if (isServing) {
      assertThat(outage.end()).isEmpty();
    }
  }

  @Test
  void storageThatServedInBetweenIsTriedAgainSoon() {
    outage.begin();
    outage.begin();
    retry(/* isServing= */ false);
    outage.begin();
    retry(/* isServing= */ true);
    outage.begin();
    assertThat(delays).containsExactly(250L, 500L, 250L);
  }

  @Test
  void whatFailsAgainAndAgainIsTriedEverMoreSeldomThoughTheStorageServes() {
    for (int i = 0; i < 10; i++) {
      outage.beginAfterFault();
      retry(/* isServing= */ true);
    }
    nanos += Duration.ofMinutes(3).toNanos();
    outage.beginAfterFault();
    assertThat(delays)
        .containsExactly(
            250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 32_000L, 32_000L, 250L);
  }
}
