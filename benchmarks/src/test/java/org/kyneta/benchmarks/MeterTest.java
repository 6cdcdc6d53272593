package org.kyneta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MeterTest {

  @Test
  void latenciesAreReadByNearestRank() {
    long[] hundred = LongStream.rangeClosed(1, 100).map(n -> n * 1_000).toArray();

    Latencies latencies = Latencies.of(List.of(new long[] {101_000}, hundred));

    assertThat(latencies.microseconds(0.5)).isEqualTo(51);
    assertThat(latencies.microseconds(0.99)).isEqualTo(100);
    assertThat(latencies.microseconds(1)).isEqualTo(101);
    assertThat(Latencies.of(List.of(new long[] {7_000})).microseconds(0.5)).isEqualTo(7);
  }

  @Test
  void whatIsAllocatedIsCountedInAllThreads() {
    Outcome outcome =
        Meter.measure(() -> {
          byte[][] kept = new byte[1][];
          Thread thread = Thread.ofPlatform().start(() -> kept[0] = new byte[1 << 20]);
          try {
            thread.join();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return new Work(2, kept[0].length);
        });

    assertThat(outcome.allocated()).isBetween((1 << 19) * 1.0, (1 << 19) * 1.5);
  }
}
