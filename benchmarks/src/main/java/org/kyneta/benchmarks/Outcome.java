package org.kyneta.benchmarks;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

/**
 * What a round has done.
 *
 * @param operations how many operations, at least 1
 * @param nanoseconds how long they took together
 * @param bytes how many bytes of payload they moved
 */
record Outcome(long operations, long nanoseconds, long bytes) {

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
    members.put("sqlite", new JsonString(sqliteVersion));
    return new JsonObject(members);
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
        (long) number(answer, "bytes"));
  }

  private static double number(JsonObject answer, String member) {
    if (answer.members().get(member) instanceof JsonNumber(String literal)) {
      return Double.parseDouble(literal);
    }
    throw new IllegalStateException("expected a number as " + member + ", found " + answer);
  }
}
