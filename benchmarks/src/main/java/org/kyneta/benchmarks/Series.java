package org.kyneta.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The rounds of one figure, peer by peer. */
final class Series {

  private final Figure figure;
  private final Map<String, List<Double>> values = new HashMap<>();

  Series(Figure figure) {
    this.figure = figure;
  }

  Figure figure() {
    return figure;
  }

  /** Adds a round, unless the peer did not measure this. */
  void add(String peer, double value) {
    if (!Double.isNaN(value)) {
      values.computeIfAbsent(peer, name -> new ArrayList<>()).add(value);
    }
  }

  /** Returns the median of a peer's rounds; empty if it took no part. */
  OptionalDouble median(String peer) {
    List<Double> sorted = values.getOrDefault(actual(peer), List.of()).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }

  /** What is compared with the best binding without checksums is that same binding with them. */
  private String actual(String peer) {
    return peer.equals(Peers.UNCHECKED) ? best().map(Peers::unchecked).orElse(peer) : peer;
  }

  /** Returns which binding this store is best with; empty if it took no part. */
  Optional<String> best() {
    OptionalDouble jdbc = median(Peers.JDBC);
    OptionalDouble ffm = median(Peers.FFM);
    if (jdbc.isEmpty() && ffm.isEmpty()) {
      return Optional.empty();
    }
    boolean isFfm =
        jdbc.isEmpty()
            || (ffm.isPresent()
                && figure.measure().ratio(ffm.getAsDouble(), jdbc.getAsDouble()) > 1);
    return Optional.of(isFfm ? Peers.FFM : Peers.JDBC);
  }

  /** Returns this store's median over its best binding. */
  OptionalDouble ours() {
    return best().map(this::median).orElse(OptionalDouble.empty());
  }

  /** Returns how many times as good as a peer this store is; empty if one took no part. */
  OptionalDouble ratio(String peer) {
    OptionalDouble ours = ours();
    OptionalDouble theirs = median(peer);
    return ours.isPresent() && theirs.isPresent()
        ? OptionalDouble.of(figure.measure().ratio(ours.getAsDouble(), theirs.getAsDouble()))
        : OptionalDouble.empty();
  }
}
