package org.kyneta.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The rounds of one figure, peer by peer, in operations a second. */
final class Series {

  private final Figure figure;
  private final Map<String, List<Double>> rates = new HashMap<>();

  Series(Figure figure) {
    this.figure = figure;
  }

  Figure figure() {
    return figure;
  }

  void add(String peer, double perSecond) {
    rates.computeIfAbsent(peer, name -> new ArrayList<>()).add(perSecond);
  }

  /** Returns the median of a peer's rounds; empty if it took no part. */
  OptionalDouble median(String peer) {
    List<Double> sorted = rates.getOrDefault(peer, List.of()).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }

  /** Returns how many times as fast as a peer this store is; empty if one took no part. */
  OptionalDouble ratio(String peer) {
    OptionalDouble ours = median(Peers.OURS);
    OptionalDouble theirs = median(peer);
    return ours.isPresent() && theirs.isPresent()
        ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
        : OptionalDouble.empty();
  }
}
