package org.kyneta.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.store.JsonValue;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"z\":[1.0,2e+5,-0,null,true,false,\"a\\ud800b\"],\"a\":{}}",
        "[]",
        "\"\"",
        "123456789012345678901234567890.5",
        "{\"\":{\"\":[[]]}}"
      })
  void whatIsReadIsWrittenAgain(String json) {
    assertThat(Json.parse(json)).hasToString(json);
  }

  @Test
  void ofSeveralMembersWithOneNameTheLastWins() {
    assertThat(Json.parse("{\"a\":1,\"b\":2,\"a\":3}")).hasToString("{\"a\":3,\"b\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\"}",
        "[1,]",
        "nul",
        "1 2",
        "'a'",
        "{\"a\":1}}",
        "NaN",
        "\"\t\""
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(text));
  }

  @Test
  void hostileTextIsRefusedAtOnce() {
    Assertions.assertTimeout(
        Duration.ofSeconds(1),
        () -> {
          String deep = "[".repeat(1_000_000);
          assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(deep));
          String number = "9".repeat(1_000_000);
          assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(number));
        });
  }

  @Test
  void theDeepestNestingCanBeReadWrittenAndCompared() {
    String deepest = "[".repeat(JsonValue.DEEPEST) + "]".repeat(JsonValue.DEEPEST);
    assertThat(Json.parse(deepest)).hasToString(deepest).isEqualTo(Json.parse(deepest));
    assertThatIllegalArgumentException().isThrownBy(() -> Json.parse("[" + deepest + "]"));
  }

  @Test
  void noMessageQuotesTheText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.parse("{\"a\": canary}"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
  }
}
