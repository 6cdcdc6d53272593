package org.kyneta.relay.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done again and again, whatever comes of it. */
class RecurringTest {

  @Test
  void whatHasFailedIsDoneAgain() throws InterruptedException {
    CountDownLatch times = new CountDownLatch(4);
    Recurring recurring =
        new Recurring(
            "a test",
            () -> {
              times.countDown();
              if (times.getCount() % 2 == 0) {
                throw new IllegalStateException("it is even");
              }
              throw new AssertionError("it is odd");
            });
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      var unused = timer.scheduleWithFixedDelay(recurring, 1, 1, TimeUnit.MILLISECONDS);
      assertThat(times.await(10, TimeUnit.SECONDS)).isTrue();
      timer.shutdownNow();
    }
  }
}
