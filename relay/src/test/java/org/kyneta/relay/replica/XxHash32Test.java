package org.kyneta.relay.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash32Test {

  /** The published examples; the real Loro checks many more where it reads what we write. */
  @ParameterizedTest
  @CsvSource({
    "'', 02cc5d05",
    "a, 550d7456",
    "abc, 32d153ff",
    "Nobody inspects the spammish repetition, e2293b2f",
  })
  void hashesAreThoseOfTheOriginal(String text, String expected) {
    byte[] bytes = (">" + text + "<").getBytes(US_ASCII);
    assertThat(XxHash32.hash(bytes, 1, bytes.length - 1, 0))
        .isEqualTo(Integer.parseUnsignedInt(expected, 16));
  }
}
