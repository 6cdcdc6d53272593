package org.kyneta.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonLiteral;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

class JsonValueTest {

  @Test
  void textIsThatOfJsonStringify() {
    assertThat(JsonValue.quote("\"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028é😀"))
        .isEqualTo("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028é😀\"");
  }

  @Test
  void unpairedSurrogatesAreEscapedInLowerCase() {
    assertThat(JsonValue.quote("a\uD800b")).isEqualTo("\"a\\ud800b\"");
    assertThat(JsonValue.quote("\uDFFF\uD83D\uDE00\uDBFF")).isEqualTo("\"\\udfff😀\\udbff\"");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0",
    "1, 1.00e0",
    "100, 1e2",
    "100, 10.0E+1",
    "0, -0",
    "0, 0.000e99",
    "0.001, 1e-3",
    "-1.50, -15e-1",
    "1e400, 10e399"
  })
  void numbersOfOneValueAreEqual(String a, String b) {
    assertThat(new JsonNumber(a)).isEqualTo(new JsonNumber(b)).hasSameHashCodeAs(new JsonNumber(b));
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "1, -1", "1, 1.0000000000000000000000000001", "0.1, 0.01", "1e400, 1e401"})
  void numbersOfDifferentValuesAreNot(String a, String b) {
    assertThat(new JsonNumber(a)).isNotEqualTo(new JsonNumber(b));
  }

  @Property
  void numberEqualityIsThatOfDecimals(@ForAll BigDecimal a, @ForAll int shift) {
    BigDecimal b = a.setScale(a.scale() + Math.floorMod(shift, 3));
    assertThat(new JsonNumber(a.toString())).isEqualTo(new JsonNumber(b.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "+1", "1.", ".1", "1e", "NaN", "0x1", " 1", "1 "})
  void whatIsNoNumberIsRefused(String literal) {
    assertThatIllegalArgumentException().isThrownBy(() -> new JsonNumber(literal));
  }

  @Test
  void anExponentOfManyDigitsIsComparedAtOnce() {
    String exponent = "9".repeat(900);
    assertThat(new JsonNumber("1e" + exponent)).isNotEqualTo(new JsonNumber("2e" + exponent));
  }

  @Test
  void objectsKeepTheOrderOfTheirMembersAndAreEqualWithoutIt() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("z", JsonLiteral.NULL);
    members.put("a", new JsonArray(List.of(new JsonNumber("1.0"), new JsonString("x"))));
    JsonObject one = new JsonObject(members);
    assertThat(one).hasToString("{\"z\":null,\"a\":[1.0,\"x\"]}");
    Map<String, JsonValue> other = new LinkedHashMap<>();
    other.put("a", new JsonArray(List.of(new JsonNumber("1"), new JsonString("x"))));
    other.put("z", JsonLiteral.NULL);
    assertThat(one).isEqualTo(new JsonObject(other)).hasSameHashCodeAs(new JsonObject(other));
  }
}
