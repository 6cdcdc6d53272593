package org.kyneta.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DocIdsTest {

  /** Text of the code points around which orders and encodings differ. */
  @Provide
  static Arbitrary<String> ids() {
    return Arbitraries.of(
            "\u0000",
            "A",
            "a",
            "\u007F",
            "\u0080",
            "\u07FF",
            "\u0800",
            "\uD7FF",
            "\uE000",
            "\uFFFF",
            "\uD800\uDC00",
            "\uDBFF\uDFFF")
        .list()
        .ofMaxSize(5)
        .map(parts -> String.join("", parts));
  }

  @Property
  void orderIsTheByteOrderOfUtf8(@ForAll("ids") String a, @ForAll("ids") String b) {
    int bytes = Arrays.compareUnsigned(utf8(a), utf8(b));
    assertThat(Integer.signum(DocIds.ORDER.compare(a, b))).isEqualTo(Integer.signum(bytes));
  }

  @Property
  void lengthIsThatOfUtf8(@ForAll("ids") String id) {
    assertThat(DocIds.utf8Length(id)).isEqualTo(utf8(id).length);
  }

  @Property
  void anIdIsInThePrefixRangeIfAndOnlyIfItHasThePrefix(
      @ForAll("ids") String prefix, @ForAll("ids") String id) {
    boolean below =
        DocIds.endOfPrefix(prefix).map(end -> DocIds.ORDER.compare(id, end) < 0).orElse(true);
    boolean inRange = DocIds.ORDER.compare(id, prefix) >= 0 && below;
    assertThat(inRange).isEqualTo(id.startsWith(prefix));
  }

  @Property
  void everyEndOfAPrefixIsWellFormed(@ForAll("ids") String prefix) {
    assertThat(DocIds.endOfPrefix(prefix).map(DocIds::isWellFormed).orElse(true)).isTrue();
  }

  @Test
  void endOfPrefixLeavesOutTheSurrogates() {
    assertThat(DocIds.endOfPrefix("a\uD7FF")).contains("a\uE000");
    assertThat(DocIds.endOfPrefix("a\uDBFF\uDFFF")).contains("b");
    assertThat(DocIds.endOfPrefix("\uDBFF\uDFFF")).isEmpty();
    assertThat(DocIds.endOfPrefix("")).isEmpty();
  }

  @Test
  void unpairedSurrogatesAreNotWellFormed() {
    assertThat(DocIds.isWellFormed("a\uD800")).isFalse();
    assertThat(DocIds.isWellFormed("\uD800a")).isFalse();
    assertThat(DocIds.isWellFormed("\uDC00\uD800")).isFalse();
    assertThat(DocIds.isWellFormed("\uD800\uDC00")).isTrue();
    assertThat(DocIds.utf8Length("\uD800")).isEqualTo(3);
    assertThat(DocIds.utf8Length("\uD800a")).isEqualTo(4);
  }

  @Test
  void shownIdsHaveNoControlsAndAreCut() {
    assertThat(DocIds.show("a\u0000\"b")).isEqualTo("\"a\\u0000\\\"b\"");
    assertThat(DocIds.show("x".repeat(500))).hasSizeLessThan(130).endsWith("…");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
