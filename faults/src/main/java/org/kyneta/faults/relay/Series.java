package org.kyneta.faults.relay;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * One figure of all samples, which must not grow: over the last two thirds of the time, a straight
 * line through it may rise by a share of its mean, or by an absolute amount where that is more.
 *
 * @param name what is drawn
 * @param unit what a value is divided by when it is shown, and how that is called
 * @param slack the absolute amount
 */
record Series(String name, Unit unit, double slack, ToDoubleFunction<Sample> value) {

  private static final double MOST_GROWTH = 0.2;
  private static final double MIB = 1 << 20;

  /** What values are shown in. */
  enum Unit {
    MEBIBYTES("MiB", MIB),
    COUNT("", 1),
    RATIO("bytes a byte", 1);

    private final String symbol;
    private final double size;

    Unit(String symbol, double size) {
      this.symbol = symbol;
      this.size = size;
    }
  }

  /** All that must not grow. What is stored grows, but not faster than what was received. */
  static final List<Series> ALL =
      List.of(
          new Series("heap after collection", Unit.MEBIBYTES, 6 * MIB, Sample::heapBytes),
          new Series("resident memory", Unit.MEBIBYTES, 24 * MIB, Sample::residentBytes),
          new Series("threads", Unit.COUNT, 4, Sample::threads),
          new Series("open files", Unit.COUNT, 4, Sample::files),
          new Series("write-ahead log", Unit.MEBIBYTES, MIB, Sample::logBytes),
          new Series("store, for what was received", Unit.RATIO, 0.05, Sample::storedPerReceived));

  DoubleStream values(List<Sample> samples) {
    return samples.stream().mapToDouble(value);
  }

  /** Returns by how much it has grown over the last two thirds of the time. */
  double growth(List<Sample> samples) {
    List<Sample> last = samples.subList(samples.size() / 3, samples.size());
    double meanTime = last.stream().mapToDouble(Sample::seconds).average().orElse(0);
    double mean = values(last).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (Sample sample : last) {
      double off = sample.seconds() - meanTime;
      covariance += off * (value.applyAsDouble(sample) - mean);
      variance += off * off;
    }
    double time = last.getLast().seconds() - last.getFirst().seconds();
    return variance == 0 ? 0 : covariance / variance * time;
  }

  boolean isFlat(List<Sample> samples) {
    List<Sample> last = samples.subList(samples.size() / 3, samples.size());
    double mean = values(last).average().orElse(0);
    return growth(samples) <= Math.max(MOST_GROWTH * mean, slack);
  }

  /** Returns a value as it is shown. */
  String show(double number) {
    return String.format(Locale.ROOT, "%.2f %s", number / unit.size, unit.symbol).strip();
  }
}
