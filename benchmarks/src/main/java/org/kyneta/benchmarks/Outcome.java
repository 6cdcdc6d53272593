package org.kyneta.benchmarks;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * What a round has done. What a peer does not measure is not a number.
 *
 * @param operations how many operations, at least 1
 * @param nanoseconds how long they took together
 * @param bytes how many bytes of payload they moved
 * @param p50 the median length of a single operation, in microseconds
 * @param p99 what 99 of 100 single operations did not exceed, in microseconds
 * @param allocated how many bytes of heap an operation allocated
 */
record Outcome(
    long operations, long nanoseconds, long bytes, double p50, double p99, double allocated) {

  static Outcome of(Work work, long nanoseconds) {
    return new Outcome(
        work.operations(), nanoseconds, work.bytes(), Double.NaN, Double.NaN, Double.NaN);
  }

  Outcome withAllocated(long bytesOfAll) {
    return new Outcome(
        operations, nanoseconds, bytes, p50, p99, (double) bytesOfAll / Math.max(1, operations));
  }

  Outcome withLatencies(Latencies latencies) {
    return new Outcome(
        operations,
        nanoseconds,
        bytes,
        latencies.microseconds(0.5),
        latencies.microseconds(0.99),
        allocated);
  }

  /** Returns how many operations were done a second. */
  double perSecond() {
    return operations * 1e9 / Math.max(1, nanoseconds);
  }

  /** Returns the answer that a peer gives. */
  JsonObject toAnswer(String workload, String sqliteVersion) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("ok", JsonLiteral.TRUE);
    members.put("figure", new JsonString(workload));
    members.put("operations", JsonNumber.of(operations));
    members.put("seconds", new JsonNumber(BigDecimal.valueOf(nanoseconds, 9).toPlainString()));
    members.put("bytes", JsonNumber.of(bytes));
    putIfMeasured(members, "p50", p50);
    putIfMeasured(members, "p99", p99);
    putIfMeasured(members, "allocated", allocated);
    members.put("sqlite", new JsonString(sqliteVersion));
    return new JsonObject(members);
  }

  private static void putIfMeasured(Map<String, JsonValue> members, String name, double value) {
    if (!Double.isNaN(value)) {
      members.put(name, new JsonNumber(String.format(Locale.ROOT, "%.3f", value)));
    }
  }

  /**
   * Reads a peer's answer.
   *
   * @throws IllegalStateException if the peer has failed; the message is the peer's
   */
  static Outcome fromAnswer(JsonObject answer) {
    if (answer.members().get("ok") != JsonLiteral.TRUE) {
      throw new IllegalStateException(String.valueOf(answer.members().get("error")));
    }
    return new Outcome(
        (long) number(answer, "operations"),
        Math.round(number(answer, "seconds") * 1e9),
        (long) number(answer, "bytes"),
        numberIfMeasured(answer, "p50"),
        numberIfMeasured(answer, "p99"),
        numberIfMeasured(answer, "allocated"));
  }

  private static double numberIfMeasured(JsonObject answer, String member) {
    return answer.members().containsKey(member) ? number(answer, member) : Double.NaN;
  }

  private static double number(JsonObject answer, String member) {
    if (answer.members().get(member) instanceof JsonNumber(String literal)) {
      return Double.parseDouble(literal);
    }
    throw new IllegalStateException("expected a number as " + member + ", found " + answer);
  }
}
