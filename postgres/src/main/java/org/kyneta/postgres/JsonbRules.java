package org.kyneta.postgres;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kyneta.store.DocIds;
import org.kyneta.store.JsonValue;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.RecordRejectedException.Rule;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Meta;

/**
 * What the server cannot hold, which is refused before anything is sent: U+0000 in ids; U+0000 and
 * unpaired surrogates in metadata, and numbers beyond the range of its type {@code numeric}
 * (manual, 8.1.2 and 8.14).
 */
final class JsonbRules {

  private static final int MOST_DIGITS = 131_072;
  private static final int MOST_DECIMALS = 16_383;

  private JsonbRules() {}

  /**
   * Checks the id of a document, or a prefix of ids.
   *
   * @throws RecordRejectedException if it cannot be held
   */
  static void checkId(String docId) {
    if (docId.indexOf('\0') >= 0) {
      throw new RecordRejectedException(
          Rule.BACK_END_CAN_HOLD, docId, "docId", "without U+0000", "one");
    }
  }

  /**
   * Checks a record.
   *
   * @throws RecordRejectedException if its metadata cannot be held
   */
  static void check(String docId, StoreRecord record) {
    if (record instanceof Meta(var meta)) {
      String problem = problem(meta.toJson());
      if (problem != null) {
        throw new RecordRejectedException(
            Rule.BACK_END_CAN_HOLD, docId, "metadata", "that JSONB can hold", problem);
      }
    }
  }

  private static @Nullable String problem(JsonValue value) {
    return switch (value) {
      case JsonObject(Map<String, JsonValue> members) -> {
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          String problem = problem(member.getKey());
          problem = problem == null ? problem(member.getValue()) : problem;
          if (problem != null) {
            yield problem;
          }
        }
        yield null;
      }
      case JsonArray(List<JsonValue> elements) -> {
        for (JsonValue element : elements) {
          String problem = problem(element);
          if (problem != null) {
            yield problem;
          }
        }
        yield null;
      }
      case JsonString(String text) -> problem(text);
      case JsonNumber(String literal) -> numberProblem(literal);
      case JsonLiteral l -> null;
    };
  }

  private static @Nullable String problem(String text) {
    if (text.indexOf('\0') >= 0) {
      return "U+0000";
    }
    return DocIds.isWellFormed(text) ? null : "an unpaired surrogate";
  }

  private static @Nullable String numberProblem(String literal) {
    try {
      BigDecimal number = new BigDecimal(literal);
      long digits = (long) number.precision() - number.scale();
      return digits > MOST_DIGITS || number.scale() > MOST_DECIMALS
          ? "a number with " + Math.max(digits, number.scale()) + " digits"
          : null;
    } catch (NumberFormatException e) {
      return "a number with an exponent of more than 10 digits";
    }
  }
}
