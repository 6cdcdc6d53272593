package org.kyneta.benchmarks.load;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/** What a run has found, figure by figure in their order. Not thread-safe. */
final class Result {

  private final Map<String, JsonValue> members = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * Makes an empty one.
   *
   * @param run the name of the run
   */
  Result(String run) {
    put("run", run);
  }

  Result put(String name, String value) {
    members.put(name, new JsonString(value));
    return this;
  }

  Result put(String name, long value) {
    members.put(name, JsonNumber.of(value));
    return this;
  }

  /** Adds a figure, rounded to two digits behind the point; left out if it is not a number. */
  Result put(String name, double value) {
    if (!Double.isNaN(value)) {
      members.put(name, new JsonNumber(String.format(Locale.ROOT, "%.2f", value)));
    }
    return this;
  }

  /** Adds the percentiles of latencies in milliseconds. */
  Result put(String prefix, Latency latency) {
    return put(prefix + "Count", latency.count())
        .put(prefix + "P50Millis", latency.millis(0.5))
        .put(prefix + "P99Millis", latency.millis(0.99))
        .put(prefix + "MaxMillis", latency.millis(1));
  }

  Result problems(List<String> found) {
    problems.addAll(found);
    return this;
  }

  /** Returns a whole number, 0 if there is none. */
  long number(String name) {
    return members.get(name) instanceof JsonNumber(String literal) ? Long.parseLong(literal) : 0;
  }

  /** Returns what was wrong; nothing may be. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Prints a line of JSON, or a line for each figure. */
  void print(PrintStream out, boolean json) {
    Map<String, JsonValue> all = new LinkedHashMap<>(members);
    all.put("problems", new JsonArray(problems.stream().<JsonValue>map(JsonString::new).toList()));
    if (json) {
      out.println(new JsonObject(all));
      return;
    }
    members.forEach(
        (name, value) -> out.printf("%-34s %s%n", name, value.toString().replace("\"", "")));
    problems.forEach(problem -> out.println("PROBLEM " + problem));
    out.println(problems.isEmpty() ? "nothing was lost" : "FAILED");
    out.println();
  }
}
