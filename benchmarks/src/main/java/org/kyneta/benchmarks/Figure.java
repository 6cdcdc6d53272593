package org.kyneta.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * One line of a report.
 *
 * @param name what reports call it
 * @param unit what is counted
 * @param measure what is read off the rounds
 * @param targets how good this store is to be; none where it is only reported
 */
record Figure(String name, String unit, Measure measure, List<Target> targets) {

  static Figure rate(String name, String unit, Target... targets) {
    return new Figure(name, unit, Measure.RATE, Arrays.asList(targets));
  }

  static Figure latency(String name, Measure percentile, Target... targets) {
    return new Figure(name, "µs", percentile, Arrays.asList(targets));
  }

  static Figure heap(String name, String unit) {
    return new Figure(name, unit, Measure.ALLOCATED, List.of());
  }
}
