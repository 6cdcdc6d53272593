package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsNumberTest {

  /** The right side is what JavaScript's JSON.stringify printed. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1, 1",
    "-15.5, -15.5",
    "100, 100",
    "123456789012345680000, 123456789012345680000",
    "1e21, 1e+21",
    "1.5e300, 1.5e+300",
    "-12e21, -1.2e+22",
    "0.000001, 0.000001",
    "0.00000123, 0.00000123",
    "0.0000001, 1e-7",
    "1.25e-7, 1.25e-7",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "4.9E-324, 5e-324",
    "9.9E-324, 1e-323",
    "2E-323, 2e-323",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "2.2250738585072014E-308, 2.2250738585072014e-308",
    "5.684341886080802E-14, 5.684341886080802e-14",
    "2E23, 2e+23",
    "9007199254740993, 9007199254740992",
    "NaN, null",
    "Infinity, null",
    "-Infinity, null"
  })
  void printsAsJavaScriptDoes(double value, String text) {
    assertThat(JsNumber.text(value)).isEqualTo(text);
  }

  @Property
  void whatIsPrintedNamesTheNumber(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isFinite(value)) {
      assertThat(Double.parseDouble(JsNumber.text(value)) + 0.0).isEqualTo(value + 0.0);
    }
  }
}
